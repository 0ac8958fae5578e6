/** An older major version, whose types are a package of their own. */
declare module "pino6" {
  export { default } from "pino";
}
