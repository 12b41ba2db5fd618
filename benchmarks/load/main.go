// Command load replays signed statements against an exchange and measures how long each request takes.
//
//	load -url http://127.0.0.1:8000 -statements FILE -connections 32 -batch 100
//
// FILE holds one statement a line. Each connection is kept alive and sends its next request as soon as the last one is
// answered (a closed loop). With -batch 1 statements go to /statements, otherwise to /statements/batch. Standard output
// gets one JSON object; the exit code is 1 if any statement was not registered for the first time.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

type plan struct {
	url         string
	connections int
	requests    [][]byte
	media       string
	batch       int
}

// outcome is what one request came to: how long it took, how many statements it registered, and the answer if some were not.
type outcome struct {
	took       time.Duration
	registered int
	trouble    string
}

type result struct {
	Connections int     `json:"connections"`
	Batch       int     `json:"batch"`
	Requests    int     `json:"requests"`
	Statements  int     `json:"statements"`
	Registered  int     `json:"registered"`
	Seconds     float64 `json:"seconds"`
	P50         float64 `json:"p50_ms"`
	P99         float64 `json:"p99_ms"`
	Max         float64 `json:"max_ms"`
	Trouble     string  `json:"trouble,omitempty"`
}

func main() {
	url := flag.String("url", "", "the exchange's api")
	file := flag.String("statements", "", "file with one statement a line")
	connections := flag.Int("connections", 1, "connections, each with one request at a time")
	batch := flag.Int("batch", 1, "statements in a request")
	flag.Parse()
	data, err := os.ReadFile(*file)
	if err != nil || *url == "" || *connections < 1 || *batch < 1 {
		fmt.Fprintln(os.Stderr, "load: needs -url and a readable -statements file; see -help.", err)
		os.Exit(2)
	}
	lines := bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	seconds, outcomes := run(planned(*url, *connections, *batch, lines))
	report := summary(outcomes, seconds)
	report.Connections, report.Batch, report.Statements = *connections, *batch, len(lines)
	json.NewEncoder(os.Stdout).Encode(report)
	if report.Registered != len(lines) {
		os.Exit(1)
	}
}

func planned(url string, connections, batch int, lines [][]byte) plan {
	if batch == 1 {
		return plan{url + "/statements", connections, lines, "application/lading+jws", batch}
	}
	var bodies [][]byte
	for start := 0; start < len(lines); start += batch {
		end := start + batch
		if end > len(lines) {
			end = len(lines)
		}
		bodies = append(bodies, bytes.Join(lines[start:end], []byte("\n")))
	}
	return plan{url + "/statements/batch", connections, bodies, "application/lading-batch", batch}
}

// run sends all requests over the connections; each takes the next one from the common list.
func run(p plan) (float64, []outcome) {
	outcomes := make([]outcome, len(p.requests))
	var next int64 = -1
	var waiting sync.WaitGroup
	begin := time.Now()
	for worker := 0; worker < p.connections; worker++ {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1, DisableCompression: true}}
			for {
				number := int(atomic.AddInt64(&next, 1))
				if number >= len(p.requests) {
					return
				}
				outcomes[number] = send(client, p, p.requests[number])
			}
		}()
	}
	waiting.Wait()
	return time.Since(begin).Seconds(), outcomes
}

func send(client *http.Client, p plan, body []byte) outcome {
	begin := time.Now()
	answer, err := client.Post(p.url, p.media, bytes.NewReader(body))
	if err != nil {
		return outcome{time.Since(begin), 0, err.Error()}
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	took := time.Since(begin)
	if err != nil {
		return outcome{took, 0, err.Error()}
	}
	return judged(p, answer.StatusCode, text, took)
}

func judged(p plan, status int, text []byte, took time.Duration) outcome {
	registered, expected := 0, 1
	switch {
	case p.batch == 1 && status == http.StatusCreated:
		registered = 1
	case p.batch > 1 && status == http.StatusOK:
		registered, expected = bytes.Count(text, []byte(`"status":201`)), bytes.Count(text, []byte(`"status":`))
	}
	if registered == expected {
		return outcome{took, registered, ""}
	}
	if len(text) > 400 {
		text = text[:400]
	}
	return outcome{took, registered, fmt.Sprintf("%d %s", status, text)}
}

func summary(outcomes []outcome, seconds float64) result {
	report := result{Requests: len(outcomes), Seconds: seconds}
	milliseconds := make([]float64, len(outcomes))
	for number, one := range outcomes {
		milliseconds[number] = float64(one.took.Microseconds()) / 1000
		report.Registered += one.registered
		if report.Trouble == "" {
			report.Trouble = one.trouble
		}
	}
	sort.Float64s(milliseconds)
	report.P50, report.P99 = rank(milliseconds, 50), rank(milliseconds, 99)
	report.Max = milliseconds[len(milliseconds)-1]
	return report
}

// rank is the nearest-rank percentile of sorted values.
func rank(sorted []float64, percent int) float64 {
	at := (len(sorted)*percent+99)/100 - 1
	if at < 0 {
		at = 0
	}
	return sorted[at]
}
