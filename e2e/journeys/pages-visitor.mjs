// What anybody sees, before they sign in.
import { at, following, pagesAreSound, sending } from "../lib/sound.mjs";

const WRONG = { email: "nobody@example.org", password: "not the password" };
const SERVICE = ".card-list a";

pagesAreSound("a visitor's", undefined, [
  at("/"),
  at("/patient/login"),
  sending(at("/patient/login"), "main form", WRONG, 401),
  at("/staff/login"),
  sending(at("/staff/login"), "main form", WRONG, 401),
  at("/patient/register"),
  sending(at("/patient/register"), "main form"),
  at("/book"),
  following("/book", SERVICE),
  at("/no/such/page", 404),
]);
