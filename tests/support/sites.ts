import type { AuthOptions } from "latchkey";
import { afterAll } from "vitest";
import { createSite, type Site } from "./site.ts";

/** Makes sites with these default options. All are closed after the tests of the file. */
export function siteMaker(defaults: Partial<AuthOptions> = {}): (options?: Partial<AuthOptions>) => Site {
  const sites: Site[] = [];
  afterAll(() => Promise.all(sites.map((each) => each.close())));
  return (options = {}) => {
    const site = createSite({ ...defaults, ...options });
    sites.push(site);
    return site;
  };
}
