import type { Migration } from '../migrate.ts';
import { createCatalog } from './0010-create-catalog.ts';
import { indexErrorsByCause } from './0020-index-errors-by-cause.ts';
import { listIssuedLinks } from './0030-list-issued-links.ts';
import { holdParts } from './0040-hold-parts.ts';

/** All migrations of the catalog, oldest first. New ones are added at the end; applied ones never change. */
export const migrations: readonly Migration[] = [createCatalog, indexErrorsByCause, listIssuedLinks, holdParts];
