import { ConfigurationError, LatchkeyError } from "latchkey";

interface SystemError {
  code?: string;
  syscall?: string;
  address?: string;
  port?: number;
}

/** Why the application can't start, in one sentence that says the fix. Never a stack. */
export function startupSentence(problem: unknown): string {
  return sentence(problem).replace(/\s+/g, " ").trim();
}

function sentence(problem: unknown): string {
  if (problem instanceof ConfigurationError || problem instanceof TypeError) return problem.message;
  if (problem instanceof LatchkeyError) {
    return `The database can't be used (${problem.message}): check DATABASE_URL and the file's rights, or restore it from a backup.`;
  }
  const { code, syscall, address, port } = problem as SystemError;
  switch (code) {
    case "EADDRINUSE":
      return `PORT ${port} on ${address} is taken by another program: stop that one, or set PORT to a free port.`;
    case "EACCES":
      if (syscall !== "listen") break;
      return `PORT ${port} may not be used by this user: set PORT to one above 1023.`;
    case "EADDRNOTAVAIL":
      return `HOST ${address} isn't an address of this machine: set HOST to one that is, such as 127.0.0.1.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "HOST is a name that can't be found: set HOST to an address of this machine, such as 127.0.0.1.";
  }
  const message = problem instanceof Error ? problem.message : String(problem);
  return `The application can't start: ${message}`;
}
