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
export type EconomicsOverview = Schemas["EconomicsOverview"];
export type EconomicsReport = Schemas["EconomicsReport"];
export type EconomicsRow = Schemas["EconomicsRow"];
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
export type CapabilityRow = Schemas["CapabilityRow"];
export type DepartmentRow = Schemas["DepartmentRow"];
export type OverlapDecision = Schemas["OverlapDecision"];
export type ProductCell = Schemas["ProductCell"];
export type VendorDetail = Schemas["VendorDetail"];
export type VendorRow = Schemas["VendorRow"];
export type VendorsReport = Schemas["VendorsReport"];
export type AgainstPlan = Schemas["AgainstPlan"];
export type DecideItem = Schemas["ToDecide"];
export type DriverRow = Schemas["DriverRow"];
export type DriversReport = Schemas["DriversReport"];
export type Finding = Schemas["FindingRow"];
export type IndirectReport = Schemas["IndirectReport"];
export type PoolRow = Schemas["PoolRow"];
export type Receiver = Schemas["Receiver"];
export type FindingsReport = Schemas["FindingsReport"];
export type LeaderReport = Schemas["LeaderReport"];
export type Outlook = Schemas["Outlook"];
export type ScenarioReport = Schemas["ScenarioReport"];
export type Trust = Schemas["Trust"];
export type Verb = Schemas["DecisionAsked"]["verb"];
export type DecisionAsked = Schemas["DecisionAsked"];
export type PlayRow = Schemas["PlayRow"];
export type PlaysReport = Schemas["PlaysReport"];
export type ReadinessCell = Schemas["ReadinessCell"];
export type ReadinessReport = Schemas["ReadinessReport"];
export type ReconcileLine = Schemas["ReconcileLine"];
export type ReconcileReport = Schemas["ReconcileReport"];
export type SourceRow = Schemas["SourceRow"];
export type SharedCalls = Schemas["SharedCalls"];
export type SourcesReport = Schemas["SourcesReport"];
export type Workspace = Schemas["Overview"];

export type CardField = Schemas["CardField"];
export type CardMoney = Schemas["CardMoney"];
export type CardQuestion = Schemas["Answer"];
export type UseCaseCard = Schemas["UseCaseCard"];
export type UseCaseRow = Schemas["UseCaseRow"];
export type UseCasesReport = Schemas["UseCasesReport"];
export type WhatIf = Schemas["WhatIf"];
export type Edited = Schemas["EditedAnswer"];
export type Confirmed = Schemas["ConfirmedAnswer"];
export type Named = Schemas["NamedAnswer"];
