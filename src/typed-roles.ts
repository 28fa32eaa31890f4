import type { RoleGrants, RoleName } from "./core/access/index.ts";

/** An input with the names of roles instead of any text, under the keys `roles` and `role`. */
type WithRoles<Input, Role extends string> = Input extends object
  ? {
      [Key in keyof Input]: Key extends "roles"
        ? readonly Role[]
        : Key extends "role"
          ? Role | Extract<Input[Key], undefined>
          : Input[Key];
    }
  : Input;

type Typed<Called, Role extends string> = Called extends (...given: infer Given) => infer Answer
  ? { call(...given: { [Index in keyof Given]: WithRoles<Given[Index], Role> }): Answer }["call"]
  : Called;

/** `auth.users` for the roles of one auth object: a misspelt role doesn't compile. */
export type UsersOf<Roles extends RoleGrants> = string extends keyof Roles
  ? Latchkey.UserFunctions
  : {
      readonly [Name in keyof Latchkey.UserFunctions]: Typed<Latchkey.UserFunctions[Name], RoleName<Roles>>;
    };
