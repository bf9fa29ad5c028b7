/** The types of the API that the typed client has too. */
export type { components, operations, paths } from '../../../packages/client/src/schema';
