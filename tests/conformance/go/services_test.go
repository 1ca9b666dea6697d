package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestHealthAndMetrics(t *testing.T) {
	h := start(t)
	health, err := h.diagnostics.CheckHealth(deadline(t), &pluginv2.CheckHealthRequest{PluginContext: h.pluginContext()})
	if err != nil || health.Status != pluginv2.CheckHealthResponse_OK || !json.Valid(health.JsonDetails) {
		t.Fatalf("%v: %v", health, err)
	}
	metrics, err := h.diagnostics.CollectMetrics(deadline(t), &pluginv2.CollectMetricsRequest{
		PluginContext: &pluginv2.PluginContext{PluginId: "causeway-aiops-datasource"},
	})
	if err != nil || !strings.Contains(string(metrics.Metrics.Prometheus), "process_resident_memory_bytes ") {
		t.Fatalf("%v: %v", metrics, err)
	}
}

// read collects a resource stream as Grafana does: code and headers of the first message only.
func read(t *testing.T, h *host, request *pluginv2.CallResourceRequest) (int32, []string, string) {
	t.Helper()
	request.PluginContext = h.pluginContext()
	stream, err := h.resource.CallResource(deadline(t), request)
	if err != nil {
		t.Fatal(err)
	}
	var code int32
	var parts []string
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return code, parts, strings.Join(parts, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(parts) == 0 {
			code = message.Code
		}
		parts = append(parts, string(message.Body))
	}
}

func TestResources(t *testing.T) {
	h := start(t)
	code, _, body := read(t, h, &pluginv2.CallResourceRequest{Path: "overview", Method: "GET", Url: "overview"})
	if code != 200 || !json.Valid([]byte(body)) {
		t.Errorf("overview: %d %s", code, body)
	}
	code, _, body = read(t, h, &pluginv2.CallResourceRequest{Path: "nowhere", Method: "GET", Url: "nowhere"})
	if code != 404 || !strings.Contains(body, "CAUSEWAY_NOT_FOUND") {
		t.Errorf("nowhere: %d %s", code, body)
	}
	now := time.Now().UnixMilli()
	request, _ := json.Marshal(map[string]any{"service": "gateway", "fromMs": now - 1_200_000, "toMs": now})
	code, parts, body := read(t, h, &pluginv2.CallResourceRequest{Path: "analyses", Method: "POST", Url: "analyses", Body: request})
	lines := strings.Split(strings.TrimSpace(body), "\n")
	if code != 200 || len(parts) < 3 || !strings.Contains(lines[len(lines)-1], `"type":"report"`) {
		t.Errorf("analyses: %d, %d messages, last %.200s", code, len(parts), lines[len(lines)-1])
	}
}

func TestStreamsAreRefusedInOrder(t *testing.T) {
	h := start(t)
	subscribed, err := h.stream.SubscribeStream(deadline(t), &pluginv2.SubscribeStreamRequest{Path: "x"})
	if err != nil || subscribed.Status != pluginv2.SubscribeStreamResponse_NOT_FOUND {
		t.Errorf("subscribe: %v, %v", subscribed, err)
	}
	published, err := h.stream.PublishStream(deadline(t), &pluginv2.PublishStreamRequest{Path: "x"})
	if err != nil || published.Status != pluginv2.PublishStreamResponse_PERMISSION_DENIED {
		t.Errorf("publish: %v, %v", published, err)
	}
	stream, err := h.stream.RunStream(deadline(t), &pluginv2.RunStreamRequest{Path: "x"})
	if err == nil {
		_, err = stream.Recv()
	}
	if status.Code(err) != codes.NotFound {
		t.Errorf("run: %v", err)
	}
}

func TestSizesOfMessages(t *testing.T) {
	h := start(t)
	code, _, _ := read(t, h, &pluginv2.CallResourceRequest{Path: "analyses", Method: "POST", Body: make([]byte, 15<<20)})
	if code != 413 {
		t.Errorf("15 MiB: %d", code)
	}
}

// TestLogLines checks that hclog takes every line of stderr as an entry with its level, and that the process ends by
// itself when it is asked to.
func TestLogLinesAndGracefulStop(t *testing.T) {
	h := start(t)
	h.query(t, map[string]any{"queryType": "sql"})
	started := time.Now()
	h.client.Kill()
	if elapsed := time.Since(started); elapsed > 2*time.Second {
		t.Errorf("stopping took %v", elapsed)
	}
	if !h.client.Exited() {
		t.Error("still running")
	}
	found := map[string]hclog.Level{}
	for len(h.logs.lines) > 0 {
		line := <-h.logs.lines
		if strings.HasPrefix(strings.TrimSpace(line.message), "{") {
			t.Errorf("raw line: %s", line.message)
		}
		if strings.Contains(line.message, "plugin failed to exit gracefully") {
			t.Error(line.message)
		}
		found[line.message] = line.level
	}
	if found["backend is listening"] != hclog.Info || found["query failed"] != hclog.Warn {
		t.Errorf("levels: %v", found)
	}
}
