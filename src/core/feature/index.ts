export {
  type AccountLink,
  type EnvironmentVariable,
  type ErasedAccount,
  type Feature,
  type FeatureDeclaration,
  type FeatureJob,
  type FeatureLink,
  feature,
  type NavigationLink,
  type Objection,
  type SchemaMaker,
} from "./feature.ts";
export {
  cleanUp,
  eventMeanings,
  exportParts,
  type Folded,
  foldFeatures,
  isAddressClaimed,
  schemaOf,
  wordPartsOf,
} from "./fold.ts";
export { settingsOfFeatures } from "./settings.ts";
