/** What the API answers, under the names the pages use. `schema.d.ts` is generated from `openapi.json` by `npm run types`.
 *
 * Money and shares are decimal text and stay text: `null` is unknown, "0" is measured and nothing.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Basis = "effective" | "billed" | "contracted" | "list";
export type Evidence = "invoiced" | "metered" | "contracted" | "estimated" | "declared";
/** Money by grade; "" is money whose grade is not recorded. */
export type ByEvidence = Record<string, string>;

export type CategoryReport = Schemas["CategoryReport"];
export type Coverage = Schemas["Covered"];
export type Explanation = Schemas["Explanation"];
export type ExplainRow = Schemas["ExplainRow"];
export type Flow = Pick<Schemas["FlowReport"], "nodes" | "links">;
export type MapRow = Schemas["MapRow"];
export type Months = Schemas["MonthsReport"];
export type Mover = Schemas["Mover"];
export type OriginRow = Schemas["OriginRow"];
export type Problem = Schemas["Problem"];
export type SpendMapReport = Schemas["SpendMapReport"];
export type StripRow = Schemas["StripRow"];
export type Workspace = Schemas["Overview"];

export type CardField = Schemas["CardField"];
export type CardMoney = Schemas["CardMoney"];
export type CardQuestion = Schemas["Answer"];
export type UseCaseCard = Schemas["UseCaseCard"];
export type UseCaseRow = Schemas["UseCaseRow"];
export type UseCasesReport = Schemas["UseCasesReport"];
export type WhatIf = Schemas["WhatIf"];
export type Edited = Schemas["EditedAnswer"];
