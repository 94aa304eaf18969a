/** plain is the words of a message that was written in Markdown, for one line of a list. */
export function plain(text: string): string {
  return text
    .replace(/!\[([^\]]*)\]\([^)\s]+\)/g, "$1")
    .replace(/@\[([^\]]{1,80})\]\((?:agent|team):\d+\)/g, "@$1")
    .replace(/\[([^\]]+)\]\([^)\s]+\)/g, "$1")
    .replace(/(\*\*|__|~~|`+)(\S(?:.*?\S)?)\1/g, "$2")
    .replace(/(?<![\w*_])([*_])([^\s*_](?:[^*_]*[^\s*_])?)\1(?![\w*_])/g, "$2")
    .replace(/^(?:>|#{1,6}|[-*]|\d+\.)\s+/, "");
}
