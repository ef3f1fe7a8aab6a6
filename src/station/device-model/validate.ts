/** Is a value legal for a variable (B05.FR.07, B05.FR.08)? Null: yes; else why not. */
import type { Definition } from './definition.ts';

export interface Illegal { readonly reasonCode: string; readonly reason: string }

export function illegal(definition: Definition, value: string): Illegal | null {
  const format = (reason: string): Illegal => ({ reasonCode: 'InvalidValue', reason });
  if (value.length > (definition.maxLength ?? 1000)) return { reasonCode: 'TooLargeElement', reason: 'too long' };
  switch (definition.dataType) {
    case 'boolean': return value === 'true' || value === 'false' ? null : format('true or false');
    case 'integer': return /^-?\d{1,15}$/.test(value) ? range(definition, Number(value)) : format('not an integer');
    case 'decimal': return /^-?\d+(\.\d+)?$/.test(value) ? range(definition, Number(value)) : format('not a decimal');
    case 'dateTime': return Number.isNaN(Date.parse(value)) ? format('not a date and time') : null;
    case 'OptionList': return definition.valuesList?.includes(value) === false ? format(`not one of ${definition.valuesList.join(', ')}`) : null;
    case 'MemberList': case 'SequenceList': {
      const items = listItems(value);
      if (items.length === 0) return definition.nonEmpty === true ? format('the list may not be empty') : null;
      if (new Set(items).size !== items.length) return format('an item stands twice');
      const stranger = definition.valuesList === undefined ? undefined : items.find((item) => !definition.valuesList?.includes(item));
      return stranger === undefined ? null : format(`${stranger.slice(0, 50) || 'an empty item'} isn't supported`);
    }
    case 'string':
      if (value.length < (definition.minLength ?? 0)) return { reasonCode: 'InvalidValue', reason: 'too short' };
      return definition.pattern?.test(value) === false ? format('not of the right form') : null;
  }
}

export function listItems(value: string): string[] {
  return value.trim() === '' ? [] : value.split(',').map((item) => item.trim());
}

function range({ minLimit, maxLimit }: Definition, value: number): Illegal | null {
  if (minLimit !== undefined && value < minLimit) return { reasonCode: 'ValueTooLow', reason: `at least ${minLimit}` };
  if (maxLimit !== undefined && value > maxLimit) return { reasonCode: 'ValueTooHigh', reason: `at most ${maxLimit}` };
  return null;
}
