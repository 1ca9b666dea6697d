import React from 'react';
/** x */
export function ConfigEditor() {
  return <p>q</p>;
}
