export {
  type AccountLink,
  type ErasedAccount,
  type Feature,
  type FeatureDeclaration,
  type FeatureJob,
  type FeatureLink,
  feature,
  type SchemaMaker,
} from "./feature.ts";
export { cleanUp, exportParts, type Folded, foldFeatures, schemaOf, wordPartsOf } from "./fold.ts";
