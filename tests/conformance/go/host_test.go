// Package conformance starts the backend as Grafana's own code does and reads its answers with the readers that
// Grafana's expressions and alerting use.
//
// CAUSEWAY_BACKEND_EXECUTABLE names the built executable, CAUSEWAY_FAKE_UPSTREAM the URL of the fake upstream
// (tests/conformance/run.ts sets both).
package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// plugins is the set that Grafana dispenses for protocol 2.
var plugins = plugin.PluginSet{
	"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
	"resource":    &grpcplugin.ResourceGRPCPlugin{},
	"data":        &grpcplugin.DataGRPCPlugin{},
	"stream":      &grpcplugin.StreamGRPCPlugin{},
}

type host struct {
	client      *plugin.Client
	diagnostics grpcplugin.DiagnosticsClient
	data        grpcplugin.DataClient
	resource    grpcplugin.ResourceClient
	stream      grpcplugin.StreamClient
	logs        *logSink
	upstream    string
}

// logSink counts what go-plugin made of the lines on stderr.
type logSink struct {
	hclog.Logger
	lines chan logLine
}

type logLine struct {
	level   hclog.Level
	message string
	pairs   []interface{}
}

func (s *logSink) record(level hclog.Level, message string, pairs ...interface{}) {
	select {
	case s.lines <- logLine{level, message, pairs}:
	default:
	}
}
func (s *logSink) Log(level hclog.Level, message string, pairs ...interface{}) {
	s.record(level, message, pairs...)
}
func (s *logSink) Trace(message string, pairs ...interface{}) {
	s.record(hclog.Trace, message, pairs...)
}
func (s *logSink) Debug(message string, pairs ...interface{}) {
	s.record(hclog.Debug, message, pairs...)
}
func (s *logSink) Info(message string, pairs ...interface{}) { s.record(hclog.Info, message, pairs...) }
func (s *logSink) Warn(message string, pairs ...interface{}) { s.record(hclog.Warn, message, pairs...) }
func (s *logSink) Error(message string, pairs ...interface{}) {
	s.record(hclog.Error, message, pairs...)
}
func (s *logSink) Named(string) hclog.Logger        { return s }
func (s *logSink) With(...interface{}) hclog.Logger { return s }

// start runs the executable with the client configuration and the stripped environment of Grafana 12.4 and later.
func start(t *testing.T) *host {
	t.Helper()
	executable, upstream := os.Getenv("CAUSEWAY_BACKEND_EXECUTABLE"), os.Getenv("CAUSEWAY_FAKE_UPSTREAM")
	if executable == "" || upstream == "" {
		t.Skip("SKIPPED: set CAUSEWAY_BACKEND_EXECUTABLE and CAUSEWAY_FAKE_UPSTREAM, or run tests/conformance/run.ts")
	}
	command := exec.Command(executable)
	command.Env = []string{"GF_VERSION=13.2.2", "GF_EDITION=Open Source"}
	sink := &logSink{Logger: hclog.NewNullLogger(), lines: make(chan logLine, 10_000)}
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd: command,
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]plugin.PluginSet{grpcplugin.ProtocolVersion: plugins},
		SkipHostEnv:      true,
		Logger:           sink,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
	})
	t.Cleanup(client.Kill)
	rpc, err := client.Client()
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	if client.NegotiatedVersion() != grpcplugin.ProtocolVersion {
		t.Fatalf("negotiated version %d", client.NegotiatedVersion())
	}
	h := &host{client: client, logs: sink, upstream: upstream}
	h.diagnostics = dispense[grpcplugin.DiagnosticsClient](t, rpc, "diagnostics")
	h.data = dispense[grpcplugin.DataClient](t, rpc, "data")
	h.resource = dispense[grpcplugin.ResourceClient](t, rpc, "resource")
	h.stream = dispense[grpcplugin.StreamClient](t, rpc, "stream")
	if err := rpc.Ping(); err != nil {
		t.Fatalf("ping: %v", err)
	}
	return h
}

func dispense[T any](t *testing.T, rpc plugin.ClientProtocol, name string) T {
	t.Helper()
	raw, err := rpc.Dispense(name)
	if err != nil {
		t.Fatalf("dispense %s: %v", name, err)
	}
	found, ok := raw.(T)
	if !ok {
		t.Fatalf("dispense %s: unexpected type %T", name, raw)
	}
	return found
}

func (h *host) pluginContext() *pluginv2.PluginContext {
	jsonData := fmt.Sprintf(`{"prometheus":{"url":%q},"watch":{"enabled":false}}`, h.upstream)
	return &pluginv2.PluginContext{
		OrgId:    1,
		PluginId: "causeway-aiops-datasource",
		DataSourceInstanceSettings: &pluginv2.DataSourceInstanceSettings{
			Uid: "causeway", Name: "Causeway", JsonData: []byte(jsonData), LastUpdatedMS: 1_700_000_000_000,
		},
	}
}

// query asks one query over the last hour, as alerting does.
func (h *host) query(t *testing.T, fields map[string]any) *pluginv2.DataResponse {
	t.Helper()
	fields["refId"] = "A"
	saved, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	now := time.Now().UnixMilli()
	answer, err := h.data.QueryData(ctx, &pluginv2.QueryDataRequest{
		PluginContext: h.pluginContext(),
		Headers:       map[string]string{"FromAlert": "true"},
		Queries: []*pluginv2.DataQuery{{
			RefId: "A", MaxDataPoints: 1000, IntervalMS: 15_000, Json: saved,
			TimeRange: &pluginv2.TimeRange{FromEpochMS: now - 3_600_000, ToEpochMS: now},
		}},
	})
	if err != nil {
		t.Fatalf("QueryData: %v", err)
	}
	response := answer.Responses["A"]
	if response == nil {
		t.Fatal("refId A was not answered")
	}
	return response
}
