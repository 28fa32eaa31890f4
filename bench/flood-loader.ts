/* The attackers: a separate process, so that their cost delays no measured request. */
import { answerParent } from "./child.ts";
import { load } from "./loader.ts";
import { loginRequest } from "./login-request.ts";

export interface Attack {
  port: number;
  token: string;
  cookie: string;
  connections: number;
  durationMs: number;
  restMs: number;
}

export interface Attacked {
  seconds: number;
  statuses: Map<number, number>;
}

let count = 0;

/** Wrong passwords, each for a different account. */
async function attack({ port, token, cookie, connections, durationMs, restMs }: Attack): Promise<Attacked> {
  const request = () => {
    count += 1;
    return loginRequest(
      { token, cookie },
      { login: `nobody${count}@example.org`, password: "a wrong teapot" },
    );
  };
  const status = [401, 503];
  const { seconds, statuses } = await load({ port, connections, request, durationMs, restMs, status });
  return { seconds, statuses };
}

answerParent(attack);
process.send?.("ready");
