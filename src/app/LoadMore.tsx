import React from 'react';
import { Button } from '@grafana/ui';
import { ErrorState, TEST_IDS } from '#ui';
import type { Pages } from './use-pages.ts';

/** The end of a list: more of it, or nothing when all of it is shown. */
export function LoadMore({
  pages,
}: {
  readonly pages: Pick<Pages<unknown>, 'hasMore' | 'loading' | 'problem' | 'more'>;
}) {
  return (
    <>
      {pages.problem && <ErrorState problem={pages.problem} />}
      {pages.hasMore && (
        <div>
          <Button
            variant="secondary"
            icon="angle-down"
            disabled={pages.loading}
            onClick={pages.more}
            data-testid={TEST_IDS.runbooks.more}
          >
            {pages.loading ? 'Reading …' : 'Load older ones'}
          </Button>
        </div>
      )}
    </>
  );
}
