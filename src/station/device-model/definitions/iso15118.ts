/** ISO15118Ctrlr and ConnectedEV, where a controller speaks with the car. */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

/** @param evses those whose controller speaks ISO 15118 */
export function iso15118(evses: readonly { readonly id: number }[]): Definition[] {
  if (evses.length === 0) return rows('ISO15118Ctrlr', [['Available', 'boolean', 'false', CONSTANT]]);
  return [
    ...rows('ISO15118Ctrlr', [
      ['Available', 'boolean', 'true', CONSTANT],
      ['Enabled', 'boolean', 'true'],
      ['PnCEnabled', 'boolean', 'false'],
      ['CentralContractValidationAllowed', 'boolean', 'false'],
      ['ContractValidationOffline', 'boolean', 'true'],
      ['ContractCertificateInstallationEnabled', 'boolean', 'true'],
      ['V2GCertificateInstallationEnabled', 'boolean', 'false'],
      ['SeccId', 'string', '', { maxLength: 64 }],
      ['CountryName', 'string', '', { maxLength: 2, pattern: /^([A-Z]{2})?$/ }],
      ['OrganizationName', 'string', '', { maxLength: 64 }],
      ['MaxScheduleEntries', 'integer', '1024', CONSTANT],
    ]),
    ...evses.flatMap(({ id }) => rows('ConnectedEV', [
      ['Available', 'boolean', 'false', READ_ONLY],
      ['VehicleID', 'string', '', { ...READ_ONLY, maxLength: 20 }],
    ], { evse: id })),
  ];
}
