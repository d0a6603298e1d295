// What the operator of an installation sees.
import { OPERATOR } from "../lib/people.mjs";
import { pagesAreSound } from "../lib/sound.mjs";
import { at, sending } from "../lib/ways.mjs";

pagesAreSound("an operator's", OPERATOR, ["/platform"], [
  sending(at("/platform/new"), "dialog form", { slug: "Not A Slug" }),
  at("/no/such/page", 404),
]);
