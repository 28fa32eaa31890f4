export {
  type AccountLink,
  type ErasedAccount,
  type ExportPart,
  type Feature,
  type FeatureDeclaration,
  type FeatureJob,
  type FeatureLink,
  feature,
  type SchemaMaker,
  type UserColumn,
} from "./feature.ts";
export {
  cleanUp,
  eventMeanings,
  exportParts,
  type Folded,
  foldFeatures,
  schemaOf,
  wordPartsOf,
} from "./fold.ts";
export { checkPlugins } from "./plugin-rules.ts";
