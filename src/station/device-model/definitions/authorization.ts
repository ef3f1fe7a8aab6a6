/** AuthCtrlr, AuthCacheCtrlr, and Kerbside's start button. */
import { ADDITIONAL_INFO_ITEMS, CACHE_CAPACITY, CACHE_CAPACITY_BYTES } from '../../authorization/capacity.ts';
import { TOKEN_TYPES } from '../../types.ts';
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

const types = [...TOKEN_TYPES];

export const authorization: readonly Definition[] = [
  ...rows('AuthCtrlr', [
    ['Enabled', 'boolean', 'true'],
    ['OfflineTxForUnknownIdEnabled', 'boolean', 'false'],
    ['AuthorizeRemoteStart', 'boolean', 'false'],
    ['LocalAuthorizeOffline', 'boolean', 'true'],
    ['LocalPreAuthorize', 'boolean', 'false'],
    ['MasterPassGroupId', 'string', '', { maxLength: 36 }],
    ['DisableRemoteAuthorization', 'boolean', 'false'],
    ['AdditionalInfoItemsPerMessage', 'integer', String(ADDITIONAL_INFO_ITEMS), CONSTANT],
    ['SupportedIdTokenTypes', 'MemberList', types.join(','), { ...CONSTANT, valuesList: types }],
  ]),
  ...rows('AuthCacheCtrlr', [
    ['Enabled', 'boolean', 'true'],
    ['Available', 'boolean', 'true', CONSTANT],
    ['LifeTime', 'integer', '0', { unit: 's', minLimit: 0 }],
    // CUSTOM: what isn't valid goes first, then the least recently used.
    ['Policy', 'OptionList', 'LRU', { valuesList: ['LRU', 'LFU', 'FIFO', 'CUSTOM'] }],
    ['DisablePostAuthorize', 'boolean', 'false'],
    ['Entries', 'integer', '0', { ...READ_ONLY, maxLimit: CACHE_CAPACITY }],
    ['Storage', 'integer', '0', { ...READ_ONLY, unit: 'B', maxLimit: CACHE_CAPACITY_BYTES }],
  ]),
  // C02: begin by pressing a button, beside cards.
  ...rows('Kerbside', [['StartButton', 'boolean', 'false']]),
];
