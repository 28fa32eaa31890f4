import {
  answerLogin,
  blank,
  everyone,
  findPending,
  iso,
  loginAnswer,
  operationRoute,
  type Route,
  route,
  showPage,
} from "latchkey/kit";
import { acceptedPage, acceptPage } from "./pages.ts";
import { acceptedTerms, type acceptTermsOf, type Terms, termsStage } from "./terms.ts";

/** The pages, each a JSON endpoint too. */
export function termsRoutes(terms: Terms, acceptTerms: ReturnType<typeof acceptTermsOf>): readonly Route[] {
  const { name: stage, path } = termsStage(terms);
  return [
    route({
      method: "GET",
      path,
      summary: "The form for accepting the terms during a sign-in",
      access: everyone,
      refusals: ["login_required"],
      success: { body: { version: "string", terms: "string", csrf_token: "string" } },
      async handle(context) {
        const { core, auth, facts } = context;
        await findPending(core, { token: facts.preSession, stage });
        const body = { version: terms.version, terms: terms.href, csrf_token: auth.csrfToken };
        return showPage(acceptPage(context, terms, blank), body);
      },
    }),
    operationRoute({
      method: "POST",
      path,
      operation: acceptTerms,
      success: loginAnswer,
      answer: (context, completed) => answerLogin(context, completed),
      form: (context, model) => acceptPage(context, terms, model),
    }),
    operationRoute({
      method: "GET",
      path: "/account/terms",
      operation: acceptedTerms,
      success: { body: { version: "string", acceptances: "object[]" } },
      answer(context, { acceptances }) {
        const accepted = acceptances.map(({ version, acceptedAt }) => ({
          version,
          accepted_at: iso(acceptedAt),
        }));
        const body = { version: terms.version, acceptances: accepted };
        return showPage(acceptedPage(context, terms, acceptances), body);
      },
    }),
  ];
}
