/** The editions this station speaks, each in a chunk of its own that is loaded when a CSMS picks it. */
import { KerbsideError } from '../base/errors.ts';
import type { Edition, EditionName } from './edition.ts';

export type LoadEdition = (name: EditionName) => Promise<Edition>;

export const loadEdition: LoadEdition = async (name) => {
  switch (name) {
    case 'ocpp1.6': return (await import('../editions/v16/index.ts')).edition;
    case 'ocpp2.0.1': return (await import('../editions/v201/index.ts')).edition;
    case 'ocpp2.1': throw new KerbsideError('UnsupportedEdition', 'OCPP 2.1 isn\'t spoken yet');
  }
};
