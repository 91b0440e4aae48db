// What tools are about: the topics that a header may name, in the order in which lists of tools show them.

export const TOPICS = [
  'processes',
  'CPU',
  'memory',
  'file systems',
  'disks',
  'networking',
  'XDP',
  'security',
  'languages',
  'kernel',
  'general', // what traces whatever probe it is given
] as const;

export type Topic = (typeof TOPICS)[number];

/** However its letters are written. */
export function topicNamed(written: string): Topic | undefined {
  return TOPICS.find(topic => topic.toLowerCase() === written.trim().toLowerCase());
}

/** As the head of a list: 'File systems'. */
export function topicTitle(topic: Topic): string {
  return topic.charAt(0).toUpperCase() + topic.slice(1);
}
