/** Commands of a block: lines that end in a backslash or inside quotes go on. Line numbers count from 0. */
export function splitCommands(
  text: string
): readonly { readonly command: string; readonly from: number; readonly to: number }[] {
  const commands: { command: string; from: number; to: number }[] = [];
  let lines: string[] = [];
  let isQuoted = false;
  const end = (to: number): void => {
    commands.push({ command: lines.join('\n').trim(), from: to - lines.length + 1, to });
    lines = [];
  };
  const all = text.trimEnd().split('\n');
  all.forEach((line, index) => {
    if (lines.length === 0 && line.trim() === '') {
      return;
    }
    const continues = /\\\s*$/.test(line);
    lines.push(continues ? line.trimEnd().slice(0, -1) : line);
    isQuoted = isQuoted !== (line.split("'").length % 2 === 0);
    if ((!continues && !isQuoted) || index === all.length - 1) {
      end(index);
    }
  });
  return commands;
}
