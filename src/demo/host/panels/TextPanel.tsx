import { type PanelProps, renderMarkdown, textUtil } from '@grafana/data';

interface Options {
  readonly content?: string;
  readonly mode?: 'markdown' | 'html' | 'code';
}

/** Text of the scene, as Markdown or sanitised HTML. */
export function TextPanel({ options, replaceVariables }: PanelProps<Options>) {
  const content = replaceVariables(options.content ?? '');
  if (options.mode === 'code') {
    return <pre>{content}</pre>;
  }
  const html = options.mode === 'html' ? textUtil.sanitize(content) : renderMarkdown(content);
  return <div className="markdown-html" dangerouslySetInnerHTML={{ __html: html }} />;
}
