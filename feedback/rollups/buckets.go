package rollups

import "strconv"

// edgesOf are where the buckets of a figure's histogram end, in seconds; the last has no end. Nil: it has none.
func edgesOf(figure Key) []float64 {
	const minute, hour, day = 60, 3600, 86400
	switch figure {
	case FirstResponse, NextResponse, QueueWait:
		return []float64{5 * minute, 15 * minute, hour, 4 * hour, 8 * hour, day}
	case FirstResolution, LastResolution, OpenTime, CustomerWait:
		return []float64{15 * minute, hour, 4 * hour, day, 3 * day, 7 * day}
	}
	return nil
}

// bucketOf is which bucket a duration falls into.
func bucketOf(edges []float64, ms int64) int {
	for i, edge := range edges {
		if float64(ms) < edge*1000 {
			return i
		}
	}
	return len(edges)
}

// bucketWord is how a cell counts a bucket.
func bucketWord(business bool, i int) string {
	if business {
		return "b" + strconv.Itoa(i)
	}
	return "c" + strconv.Itoa(i)
}

// bucketText is a bucket's name: under 5 min, 5–15 min, over 1 day.
func bucketText(edges []float64, i int) string {
	switch i {
	case 0:
		return "under " + durationText(edges[0])
	case len(edges):
		return "over " + durationText(edges[i-1])
	}
	return durationText(edges[i-1]) + " – " + durationText(edges[i])
}

func hourWord(hour int) string { return "h" + strconv.Itoa(hour) }
