import { useState } from 'react';

/** Takes a file by dropping or choosing. */
export function DropZone({ onFile }: { onFile(file: File): void }) {
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  return (
    <label
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <strong>Drop a spectrum here, or choose a file</strong>
      <span className="small">FITS (apStar, tables, images), CSV or text columns, HDF5; at most 16 MB</span>
      <input
        type="file"
        aria-label="File with a spectrum"
        onChange={(event) => {
          take(event.target.files);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
    </label>
  );
}
