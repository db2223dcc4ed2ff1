/** Raw posterior against its calibrated value; the diagonal would be a posterior that means what it says. */
export function CalibrationChart({ raw, calibrated }: { raw: number[]; calibrated: number[] }) {
  const size = 200;
  const pad = 26;
  const at = (v: number) => pad + v * (size - pad - 6);
  const x = (v: number) => at(v);
  const y = (v: number) => size - at(v);
  const points = raw.map((r, i) => `${x(r).toFixed(1)},${y(calibrated[i] ?? 0).toFixed(1)}`).join(" ");
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <svg viewBox={`0 0 ${String(size)} ${String(size)}`} className="mx-auto h-64 w-full max-w-md text-muted" role="img" aria-label="Calibration curve: calibrated confidence against raw posterior">
      {ticks.map((t) => (
        <g key={t}>
          <line x1={x(t)} x2={x(t)} y1={y(0)} y2={y(1)} stroke="var(--grid)" />
          <line x1={x(0)} x2={x(1)} y1={y(t)} y2={y(t)} stroke="var(--grid)" />
          <text x={x(t)} y={size - 14} fontSize="8" textAnchor="middle" fill="currentColor">
            {t}
          </text>
          <text x={pad - 4} y={y(t) + 3} fontSize="8" textAnchor="end" fill="currentColor">
            {t}
          </text>
        </g>
      ))}
      <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} stroke="currentColor" strokeDasharray="3 3" />
      <polyline points={points} fill="none" stroke="var(--accent)" strokeWidth="1.8" />
      {raw.map((r, i) => (
        <circle key={r} cx={x(r)} cy={y(calibrated[i] ?? 0)} r="2.2" fill="var(--accent)" />
      ))}
      <text x={size / 2} y={size - 3} fontSize="8" textAnchor="middle" fill="currentColor">
        raw posterior of the regime in force
      </text>
      <text x={7} y={size / 2} fontSize="8" textAnchor="middle" fill="currentColor" transform={`rotate(-90 7 ${String(size / 2)})`}>
        calibrated confidence
      </text>
    </svg>
  );
}
