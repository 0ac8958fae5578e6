/** Express 4 under its alias; its own types are those of Express 5 as far as the tests go. */
declare module "express4" {
  export { default } from "express";
}
