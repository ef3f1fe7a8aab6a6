/** DisplayMessageCtrlr, and a Display for every place on the screen that a message can be addressed to (O01.FR.21). */
import { SCREEN_LANGUAGES } from '../../../base/screen-languages.ts';
import { FORMATS, MESSAGE_CAPACITY, PRIORITIES, STATES } from '../../display/capacity.ts';
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

export function display(evseIds: readonly number[]): Definition[] {
  return [
    ...rows('DisplayMessageCtrlr', [
      ['Available', 'boolean', 'true', CONSTANT],
      ['Enabled', 'boolean', 'true'],
      ['DisplayMessages', 'integer', '0', { ...READ_ONLY, maxLimit: MESSAGE_CAPACITY }],
      // The factory may take away what a narrower display can't do.
      ['SupportedFormats', 'MemberList', FORMATS.join(','), { ...READ_ONLY, valuesList: FORMATS, nonEmpty: true }],
      ['SupportedPriorities', 'MemberList', PRIORITIES.join(','), { ...READ_ONLY, valuesList: PRIORITIES, nonEmpty: true }],
      ['SupportedStates', 'MemberList', STATES.join(','), { ...READ_ONLY, valuesList: STATES }],
      ['Language', 'OptionList', SCREEN_LANGUAGES[0], { valuesList: SCREEN_LANGUAGES }],
      ['PersonalMessageSize', 'integer', '512', CONSTANT],
    ]),
    ...rows('Display', [['Available', 'boolean', 'true', CONSTANT], ['Enabled', 'boolean', 'true', CONSTANT]]),
    ...(evseIds.length > 1 ? evseIds.flatMap((evse) => rows('Display', [['Available', 'boolean', 'true', CONSTANT]], { evse })) : []),
  ];
}
