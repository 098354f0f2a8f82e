// Moves pins apart until none hides another, each as near to its place as that allows.

const WIDE = 38;
const HIGH = 27;
const ROUNDS = 40;
const HOMESICK = 0.04;

export function spread(points) {
  const spots = points.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < ROUNDS; round += 1) {
    spots.forEach((spot, index) => {
      spot.x += (points[index].x - spot.x) * HOMESICK;
      spot.y += (points[index].y - spot.y) * HOMESICK;
    });
    if (!push(spots)) break;
  }
  return spots;
}

function push(spots) {
  let pushed = false;
  for (let i = 0; i < spots.length; i += 1) {
    for (let j = i + 1; j < spots.length; j += 1) {
      const [a, b] = [spots[i], spots[j]];
      const overX = WIDE - Math.abs(a.x - b.x);
      const overY = HIGH - Math.abs(a.y - b.y);
      if (overX <= 0 || overY <= 0) continue;
      pushed = true;
      if (overX / WIDE < overY / HIGH) part(a, b, "x", overX);
      else part(a, b, "y", overY);
    }
  }
  return pushed;
}

function part(a, b, axis, over) {
  const way = a[axis] < b[axis] ? -0.5 : 0.5;
  a[axis] += way * over;
  b[axis] -= way * over;
}
