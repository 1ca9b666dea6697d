import React from 'react';
/** x */
export function QueryEditor() {
  return <p>q</p>;
}
