using StreamLearn.Cli.Tests.Deployment;

namespace StreamLearn.Cli.Tests.Grafana;

/// <summary>Grafana's data source, dashboards and alert rules; and that mistakes in them would be seen.</summary>
public sealed class GrafanaTests : IDisposable
{
    private const string Health = GrafanaCheck.Dashboards + "/pipeline-health.json";
    private const string Forecasting = GrafanaCheck.Dashboards + "/forecasting.json";
    private const string Bandit = GrafanaCheck.Dashboards + "/bandit.json";
    private const string Compose = "docker-compose.yml";

    private readonly DeploymentFiles _files = new();

    /// <summary>File, what is in it, what is put there, what must be said.</summary>
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { Health, "lag_time", "lag_times", "panel 4: query A reads the field lag_times, which streamlearn_flow does not have" },
        { Health, "streamlearn_partition", "streamlearn_partitions", "panel 5: query A reads the measurement streamlearn_partitions, which nobody writes" },
        { Health, "streamlearn_dead_letters", "streamlearn_flow", "names the column reason, which is no tag of streamlearn_flow" },
        { Health, "r._measurement ==", "r._name ==", "reads 0 measurements at once" },
        { Health, " and r._field == \\\"rewinds\\\")", ")", "panel 10: query A reads all fields of streamlearn_flow" },
        { Health, "r.node =~", "r.host =~", "names the column host, which is no tag of streamlearn_node" },
        { Health, "\"title\": \"Lag in records\"", "\"title\": \"\"", "panel 3 has no title" },
        { Health, "\"unit\": \"percentunit\"", "\"unit\": \"\"", "panel 12 has no unit" },
        { Health, "\"unit\": \"bytes\"", "\"unit\": \"s\"", "panel 15 has the unit 's' for memory_managed, which is in By" },
        { Health, "\"unit\": \"cps\"", "\"unit\": \"short\"", "panel 1 has the unit 'short' for records, which is in {record}/s" },
        { Health, "\"id\": 3,", "\"id\": 4,", "two panels have the id 4" },
        { Health, "__field.labels.reason", "__field.labels.cause", "panel 2 names its series by the label cause" },
        { Health, "tag: \\\"pipeline\\\"", "tag: \\\"pipe\\\"", "the variable pipeline names the column pipe, which is no tag of streamlearn_flow" },
        { Forecasting, "drift_alarms", "drifts", "the annotation Drift alarms reads the field drifts" },
        { Forecasting, "\"uid\": \"streamlearn-influxdb\"", "\"uid\": \"influx\"", "the data source 'influx' is not provisioned" },
        { Forecasting, "\"uid\": \"streamlearn-forecasting\"", "\"uid\": \"streamlearn-bandit\"", "two dashboards have the uid streamlearn-bandit" },
        { Forecasting, "\"name\": \"learner\"", "\"name\": \"model\"", "the variable learner is not there" },
        { Forecasting, "\"name\": \"key\"", "\"name\": \"link\"", "the variable link is used by nothing" },
        { Bandit, "\"uid\": \"streamlearn-bandit\"", "\"uid\": \"streamlearn-bandits\"", "docs/metrics.md does not have `streamlearn-bandits`" },
        { GrafanaCheck.Source, "uid: streamlearn-influxdb", "uid: influxdb", "the data source 'streamlearn-influxdb' is not provisioned" },
        { GrafanaCheck.Source, "version: Flux", "version: InfluxQL", "expected the type influxdb and the version Flux" },
        { GrafanaCheck.Source, "organization: streamlearn", "organization: ops", "influxdb has another organisation or bucket" },
        { GrafanaCheck.Source, "defaultBucket: streamlearn", "defaultBucket: metrics", "influxdb has another organisation or bucket" },
        { GrafanaCheck.Source, "http://influxdb:8086", "http://kafka:9092", "http://kafka:9092 is no service that Grafana reaches" },
        { GrafanaCheck.Source, "token: $INFLUX_TOKEN", "token: hunter2", "the token is not the variable" },
        { GrafanaCheck.Source, "token: $INFLUX_TOKEN", "token: $INFLUX_TOKENS", "the token is not the variable" },
        { GrafanaCheck.Provider, "path: /etc/grafana/dashboards", "path: /dashboards", "grafana does not have ./config/grafana/dashboards at /dashboards" },
        { GrafanaCheck.Alerts, "\"lag_time\"", "\"lag_times\"", "streamlearn-lag-grows: B reads the field lag_times" },
        { GrafanaCheck.Alerts, "uid: streamlearn-dead-letters", "uid: streamlearn-lag-grows", "two rules have the uid streamlearn-lag-grows" },
        { GrafanaCheck.Alerts, "datasourceUid: streamlearn-influxdb", "datasourceUid: influx", "the data source 'influx' is not provisioned" },
        { GrafanaCheck.Alerts, "condition: E", "condition: F", "the condition F is no step" },
        { GrafanaCheck.Alerts, "$D > 60", "$Z > 60", "E uses Z, which is no step before it" },
        { GrafanaCheck.Alerts, "expression: B", "expression: G", "D uses G, which is no step before it" },
        { GrafanaCheck.Alerts, "panelId: 3", "panelId: 99", "the panel 99 of streamlearn-pipeline-health is not there" },
        { GrafanaCheck.Alerts, "for: 1m\n", "for:\n", "streamlearn-no-update: expected a uid" },
        { GrafanaCheck.Alerts, "$labels.horizon", "$labels.step", "its description names the label step" },
        { Compose, "provisioning/alerting:ro", "alerts:ro", "grafana does not have ./config/grafana/provisioning/alerting at /etc/grafana/provisioning/alerting" },
    };

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Given_what_is_provisioned_when_it_is_checked_then_nothing_is_wrong() => Assert.Empty(GrafanaCheck.Run(_files));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Given_a_mistake_when_it_is_checked_then_it_is_found(string file, string old, string @new, string problem)
    {
        _files.Replace(file, old, @new);

        var problems = GrafanaCheck.Run(_files);

        Assert.True(problems.Any(found => found.Contains(problem, StringComparison.Ordinal)), $"Expected '{problem}', and there is: {string.Join("; ", problems)}");
    }

    [Fact]
    public void Given_a_query_of_two_sources_when_it_is_read_then_each_is_held_to_its_own_measurement()
    {
        var query = new FluxQuery("""
            a = from(bucket: "b") |> filter(fn: (r) => r["_measurement"] == "streamlearn_flow" and r["_field"] == "lag" and r["node"] == "n")
            b = from(bucket: "b") |> filter(fn: (r) => r._measurement == "streamlearn_node" and (r._field == "tensors" or r._field == "lag")) |> group(columns: ["pipeline"])
            """);

        Assert.Equal(["reads the field lag, which streamlearn_node does not have", "names the column pipeline, which is no tag of streamlearn_node"], query.Problems());
        Assert.Equal(["lag", "tensors"], query.Fields.Select(field => field.Name));
    }
}
