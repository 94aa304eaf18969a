package stats

import "math"

// Agreement compares a grouping that was found with the true labels.
type Agreement struct {
	V      float64 `json:"v"`       // V-measure (Rosenberg and Hirschberg 2007)
	ARI    float64 `json:"ari"`     // adjusted Rand index (Hubert and Arabie 1985)
	ACC    float64 `json:"acc"`     // share that is right under the best one-to-one assignment of groups to labels
	PairF1 float64 `json:"pair_f1"` // F1 of "these two belong together", over all pairs
	Groups int     `json:"groups"`
	Labels int     `json:"labels"`
}

// Agree scores found groups; truth[i] and found[i] belong to the same thing.
func Agree[L, F comparable](truth []L, found []F) Agreement {
	rows, cols := make(map[L]int), make(map[F]int)
	for i := range truth {
		if _, ok := rows[truth[i]]; !ok {
			rows[truth[i]] = len(rows)
		}
		if _, ok := cols[found[i]]; !ok {
			cols[found[i]] = len(cols)
		}
	}
	if len(rows) == 0 {
		return Agreement{}
	}
	table := make([][]float64, len(rows))
	for i := range table {
		table[i] = make([]float64, len(cols))
	}
	for i := range truth {
		table[rows[truth[i]]][cols[found[i]]]++
	}
	ari, f1 := pairwise(table)
	return Agreement{vMeasure(table), ari, accuracy(table), f1, len(cols), len(rows)}
}

func margins(table [][]float64) (rows, cols []float64, n float64) {
	rows, cols = make([]float64, len(table)), make([]float64, len(table[0]))
	for i, row := range table {
		for j, c := range row {
			rows[i] += c
			cols[j] += c
			n += c
		}
	}
	return rows, cols, n
}

func entropy(counts []float64, n float64) float64 {
	h := 0.0
	for _, c := range counts {
		if c > 0 {
			h -= c / n * math.Log(c/n)
		}
	}
	return h
}

func vMeasure(table [][]float64) float64 {
	rows, cols, n := margins(table)
	var joint []float64
	for _, row := range table {
		joint = append(joint, row...)
	}
	hr, hc := entropy(rows, n), entropy(cols, n)
	if hr+hc == 0 {
		return 1
	}
	return 2 * (hr + hc - entropy(joint, n)) / (hr + hc)
}

// pairwise is the adjusted Rand index and the F1 over pairs.
func pairwise(table [][]float64) (ari, f1 float64) {
	rows, cols, n := margins(table)
	pairs := func(xs []float64) (sum float64) {
		for _, x := range xs {
			sum += x * (x - 1) / 2
		}
		return sum
	}
	index := 0.0
	for _, row := range table {
		index += pairs(row)
	}
	r, c := pairs(rows), pairs(cols)
	ari, f1 = 1, 1
	if most, expected := (r+c)/2, r*c/math.Max(1, n*(n-1)/2); most != expected {
		ari = (index - expected) / (most - expected)
	}
	if r+c > 0 {
		f1 = 2 * index / (r + c)
	}
	return ari, f1
}

// accuracy solves the assignment problem by the Hungarian method with potentials (Kuhn 1955, Munkres
// 1957), labels as rows; clusters without a label count as wrong.
func accuracy(table [][]float64) float64 {
	n, m := len(table), len(table[0])
	if n > m {
		turned := make([][]float64, m)
		for j := range turned {
			turned[j] = make([]float64, n)
			for i := range table {
				turned[j][i] = table[i][j]
			}
		}
		return accuracy(turned)
	}
	_, _, total := margins(table)
	match := hungarian(table)
	hits := 0.0
	for j, i := range match {
		if i >= 0 {
			hits += table[i][j]
		}
	}
	return hits / total
}

// hungarian returns, per column, the row matched to it (−1: none), for the greatest total.
func hungarian(gain [][]float64) []int {
	n, m := len(gain), len(gain[0])
	u, v, match := make([]float64, n+1), make([]float64, m+1), make([]int, m+1)
	for i := 1; i <= n; i++ {
		match[0] = i
		j0, least, way, used := 0, make([]float64, m+1), make([]int, m+1), make([]bool, m+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		for match[j0] != 0 {
			used[j0] = true
			i0, delta, j1 := match[j0], math.Inf(1), 0
			for j := 1; j <= m; j++ {
				if used[j] {
					continue
				}
				if cost := -gain[i0-1][j-1] - u[i0] - v[j]; cost < least[j] {
					least[j], way[j] = cost, j0
				}
				if least[j] < delta {
					delta, j1 = least[j], j
				}
			}
			for j := range used {
				if used[j] {
					u[match[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			j0 = j1
		}
		for j0 != 0 {
			match[j0] = match[way[j0]]
			j0 = way[j0]
		}
	}
	out := make([]int, m)
	for j := range out {
		out[j] = match[j+1] - 1
	}
	return out
}
