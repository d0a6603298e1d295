// What the operator of an installation sees.
import { OPERATOR } from "../lib/people.mjs";
import { at, pagesAreSound, sending } from "../lib/sound.mjs";

pagesAreSound("an operator's", OPERATOR, [
  at("/platform"),
  at("/platform?q=nothing-is-named-so"),
  at("/platform/new"),
  sending(at("/platform/new"), "dialog form", { slug: "Not A Slug" }),
  at("/no/such/page", 404),
]);
