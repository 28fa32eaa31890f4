export {
  type AccountLink,
  type EnvironmentVariable,
  type ErasedAccount,
  type ExportPart,
  type Feature,
  type FeatureDeclaration,
  type FeatureJob,
  type FeatureLink,
  type FeatureWords,
  feature,
  type NavigationLink,
  type Objection,
  type SchemaMaker,
  type UserColumn,
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
export { checkPlugins } from "./plugin-rules.ts";
export { settingsOfFeatures } from "./settings.ts";
