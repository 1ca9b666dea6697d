import React from 'react';
import { FreezeSection } from './FreezeSection.tsx';
import { MaintenanceSection } from './MaintenanceSection.tsx';

/** What keeps everything from being changed: the freeze switch, and windows of maintenance. */
export function SafetyTab() {
  return (
    <>
      <FreezeSection />
      <MaintenanceSection />
    </>
  );
}
