/** What a measurement hands back, and how it becomes text. */
export interface Section {
  readonly title: string;
  /** How it was measured; one or two paragraphs. */
  readonly method: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the figures say, made from them. */
  readonly finding: string;
}

export interface Pace {
  /** Continuous integration's: a few rounds, to see that everything still runs. */
  readonly quick: boolean;
}

/** The goal and whether this run met it, in words. */
export function verdict(met: boolean, goal: string): string {
  return `${met ? 'Met' : 'Not met in this run'}: ${goal}`;
}

export function asMarkdown(section: Section): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = section.head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [`## ${section.title}`, '', section.method, '', line(section.head), line(rule), ...section.rows.map(line), '', section.finding, ''].join('\n');
}
