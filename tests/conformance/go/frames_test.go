package conformance

import (
	"testing"

	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/reader"
	"github.com/grafana/dataplane/sdata/timeseries"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func decode(t *testing.T, h *host, fields map[string]any) data.Frames {
	t.Helper()
	response := h.query(t, fields)
	if response.Error != "" || response.Status != 200 {
		t.Fatalf("status %d: %s", response.Status, response.Error)
	}
	frames, err := data.UnmarshalArrowFrames(response.Frames)
	if err != nil {
		t.Fatalf("UnmarshalArrowFrames: %v", err)
	}
	return frames
}

func TestScoreIsReadAsStrictTimeSeries(t *testing.T) {
	frames := decode(t, start(t), map[string]any{"queryType": "anomaly-score", "service": "payment", "signal": "latency"})
	if kind, err := reader.CanReadBasedOnMeta(frames); err != nil || kind != data.FrameTypeTimeSeriesMulti {
		t.Fatalf("type %s: %v", kind, err)
	}
	series, err := timeseries.CollectionReaderFromFrames(frames)
	if err != nil {
		t.Fatal(err)
	}
	collection, err := series.GetCollection(true)
	if err != nil {
		t.Fatalf("strict validation: %v", err)
	}
	if collection.Warning != nil || len(collection.RemainderIndices) != 0 {
		t.Fatalf("warning %v, remainder %v", collection.Warning, collection.RemainderIndices)
	}
	names := map[string]int{}
	for _, ref := range collection.Refs {
		names[ref.GetMetricName()]++
		if ref.GetLabels()["service"] != "payment" {
			t.Errorf("%s has labels %v", ref.GetMetricName(), ref.GetLabels())
		}
		if length, err := ref.Len(); err != nil || length < 50 {
			t.Errorf("%s has %d points: %v", ref.GetMetricName(), length, err)
		}
		if at, _, err := ref.NullableFloat64Point(0); err != nil || at.Year() < 2020 {
			t.Errorf("%s begins at %v: %v", ref.GetMetricName(), at, err)
		}
	}
	for _, name := range []string{"anomaly_score", "value", "lower", "upper"} {
		if names[name] != 1 {
			t.Errorf("metric %s occurs %d times", name, names[name])
		}
	}
}

func TestLevelIsReadAsNumericAndFitsACondition(t *testing.T) {
	frames := decode(t, start(t), map[string]any{"queryType": "anomaly-level"})
	if kind, err := reader.CanReadBasedOnMeta(frames); err != nil || kind != data.FrameTypeNumericMulti {
		t.Fatalf("type %s: %v", kind, err)
	}
	numbers, err := numeric.CollectionReaderFromFrames(frames)
	if err != nil {
		t.Fatal(err)
	}
	// The reader has no strict form for numbers; Grafana calls it so too.
	collection, err := numbers.GetCollection(false)
	if err != nil {
		t.Fatal(err)
	}
	services := map[string]bool{}
	for _, ref := range collection.Refs {
		value, empty, err := ref.NullableFloat64Value()
		if err != nil || empty {
			t.Errorf("%v: empty %v, %v", ref.GetLabels(), empty, err)
		}
		if value != nil && (*value < 0 || *value > 1) {
			t.Errorf("%v: score %v", ref.GetLabels(), *value)
		}
		services[ref.GetLabels()["service"]] = true
	}
	for _, name := range []string{"checkout", "gateway", "orders-db", "payment"} {
		if !services[name] {
			t.Errorf("no level of %s", name)
		}
	}
	for _, frame := range frames {
		if len(frame.Fields) != 1 || frame.Fields[0].Type() != data.FieldTypeNullableFloat64 || frame.Rows() != 1 {
			t.Errorf("a condition needs one nullable number: %v", frame.Fields)
		}
	}
}

func TestNoSeriesIsNoData(t *testing.T) {
	h := start(t)
	for queryType, kind := range map[string]data.FrameType{
		"anomaly-score": data.FrameTypeTimeSeriesMulti, "anomaly-level": data.FrameTypeNumericMulti,
	} {
		frames := decode(t, h, map[string]any{"queryType": queryType, "service": "nobody"})
		if len(frames) != 1 || len(frames[0].Fields) != 0 || frames[0].Meta.Type != kind {
			t.Errorf("%s: %d frames", queryType, len(frames))
		}
	}
	frames := decode(t, h, map[string]any{"queryType": "anomaly-score", "service": "nobody"})
	series, err := timeseries.CollectionReaderFromFrames(frames)
	if err != nil {
		t.Fatal(err)
	}
	if collection, err := series.GetCollection(true); err != nil || !collection.NoData() {
		t.Errorf("time series: no data %v, %v", collection.NoData(), err)
	}
	numbers, err := numeric.CollectionReaderFromFrames(decode(t, h, map[string]any{"queryType": "anomaly-level", "service": "nobody"}))
	if err != nil {
		t.Fatal(err)
	}
	if collection, err := numbers.GetCollection(false); err != nil || !collection.NoData() {
		t.Errorf("numeric: no data %v, %v", collection.NoData(), err)
	}
}

func TestTablesAndGraphs(t *testing.T) {
	h := start(t)
	services := decode(t, h, map[string]any{"queryType": "services"})
	if len(services) != 1 || services[0].Rows() != 4 {
		t.Fatalf("services: %d frames", len(services))
	}
	score, _ := services[0].FieldByName("score")
	if score == nil || score.Type() != data.FieldTypeNullableFloat64 {
		t.Errorf("score: %v", score)
	}
	topology := decode(t, h, map[string]any{"queryType": "topology"})
	if len(topology) != 2 || topology[0].Name != "nodes" || topology[1].Name != "edges" {
		t.Fatalf("topology: %d frames", len(topology))
	}
	for _, name := range []string{"id", "title", "mainstat"} {
		if field, _ := topology[0].FieldByName(name); field == nil || field.Len() != 5 {
			t.Errorf("nodes lack %s", name)
		}
	}
	for _, name := range []string{"id", "source", "target"} {
		if field, _ := topology[1].FieldByName(name); field == nil || field.Len() != 4 {
			t.Errorf("edges lack %s", name)
		}
	}
	for _, frame := range topology {
		if _, err := frame.MarshalJSON(); err != nil {
			t.Errorf("%s as JSON for the browser: %v", frame.Name, err)
		}
	}
}

func TestErrorsStayWithTheirQuery(t *testing.T) {
	response := start(t).query(t, map[string]any{"queryType": "sql"})
	if response.Status != 400 || response.ErrorSource != "plugin" || response.Error == "" || len(response.Frames) != 0 {
		t.Errorf("status %d, source %s, error %q", response.Status, response.ErrorSource, response.Error)
	}
}
