/** Signs of the phone's buttons; each button has its name in words beside or behind it. */
import type { ReactNode } from 'react';

function Sign({ children, size = 20 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const HANDSET = 'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2';

export const AcceptSign = () => (
  <Sign>
    <path d={HANDSET} />
  </Sign>
);

export const HangUpSign = () => (
  <Sign>
    <path d={HANDSET} transform="rotate(135 12 12)" />
  </Sign>
);

export const MicrophoneSign = () => (
  <Sign>
    <path d="M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5 11a7 7 0 0 0 14 0M12 18v3" />
  </Sign>
);

export const MutedSign = () => (
  <Sign>
    <path d="M9 9v2a3 3 0 0 0 5 2M15 10V6a3 3 0 0 0-5.7-1.3M5 11a7 7 0 0 0 10.7 6M12 18v3M4 4l16 16" />
  </Sign>
);

export const HoldSign = () => (
  <Sign>
    <path d="M9 6v12M15 6v12" />
  </Sign>
);

export const ResumeSign = () => (
  <Sign>
    <path d="M8 5l11 7-11 7z" />
  </Sign>
);

export const TransferSign = () => (
  <Sign>
    <path d="M4 12h14M13 6l6 6-6 6" />
  </Sign>
);
