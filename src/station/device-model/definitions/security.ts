/** SecurityCtrlr. */
import { CERTIFICATE_ENTRIES } from '../../certificates/capacity.ts';
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

export const security: readonly Definition[] = [
  ...rows('SecurityCtrlr', [
    ['BasicAuthPassword', 'string', undefined, { mutability: 'WriteOnly', minLength: 16, maxLength: 64 }],
    ['Identity', 'string', undefined, { ...READ_ONLY, maxLength: 48 }],
    ['OrganizationName', 'string', '', { maxLength: 64 }],
    ['CertificateEntries', 'integer', '0', { ...READ_ONLY, maxLimit: CERTIFICATE_ENTRIES }],
    // Over 1.6 it is raised by its key, in a way of its own.
    ['SecurityProfile', 'integer', '0', { ...READ_ONLY, minLimit: 0, maxLimit: 3, keyWritable: true }],
    ['AllowSecurityProfileDowngrade', 'boolean', 'false'],
    ['AdditionalRootCertificateCheck', 'boolean', 'false', READ_ONLY],
    ['MaxCertificateChainSize', 'integer', '10000', { ...CONSTANT, minLimit: 0, maxLimit: 10_000 }],
    ['CertSigningWaitMinimum', 'integer', '60', { unit: 's', minLimit: 1, maxLimit: 86_400 }],
    ['CertSigningRepeatTimes', 'integer', '3', { minLimit: 0, maxLimit: 20 }],
  ]),
  ...rows('Kerbside', [['AuthorizationKeyFormat', 'OptionList', 'Hexadecimal', { valuesList: ['Hexadecimal', 'Literal'] }]]),
];
