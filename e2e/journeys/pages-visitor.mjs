// What anybody sees, before they sign in.
import { pagesAreSound } from "../lib/sound.mjs";
import { at, sending } from "../lib/ways.mjs";

const WRONG = { email: "nobody@example.org", password: "not the password" };

pagesAreSound("a visitor's", undefined, ["/", "/patient/login", "/staff/login", "/patient/register", "/book"], [
  sending(at("/patient/login"), "main form", WRONG, 401),
  sending(at("/staff/login"), "main form", WRONG, 401),
  sending(at("/patient/register"), "main form"),
  at("/no/such/page", 404),
]);
