using System.Text.RegularExpressions;
using StreamLearn.Cli.Tests.Deployment;
using StreamLearn.Cluster.Metrics;

namespace StreamLearn.Cli.Tests.Grafana;

/// <summary>
/// What is wrong with Grafana's data source, dashboards and alert rules, in words. No Grafana runs where tests do: what can be seen without one is that they
/// read what is written, and that the parts find each other.
/// </summary>
internal sealed partial class GrafanaCheck
{
    internal const string Source = "config/grafana/provisioning/datasources/influxdb.yaml";
    internal const string Provider = "config/grafana/provisioning/dashboards/streamlearn.yaml";
    internal const string Alerts = "config/grafana/provisioning/alerting/streamlearn.yaml";
    internal const string Dashboards = "config/grafana/dashboards";

    private const string Page = "docs/metrics.md";
    private const string Expression = "__expr__";

    private readonly DeploymentFiles _files;
    private readonly IReadOnlyDictionary<string, ComposeService> _services;
    private readonly ComposeService _grafana;
    private readonly string _source;
    private readonly List<string> _problems = [];

    private GrafanaCheck(DeploymentFiles files)
    {
        _files = files;
        _services = ComposeFile.Parse(files.Text("docker-compose.yml")).Services;
        _grafana = _services["grafana"];
        _source = YamlValue.Parse(files.Text(Source))["datasources"].Items.Single()["uid"].Text;
    }

    internal static IReadOnlyList<string> Run(DeploymentFiles files)
    {
        var check = new GrafanaCheck(files);
        check.CheckSource();
        var dashboards = files.In(Dashboards, "*.json").Order().Select(path => Dashboard.Parse(path, files.Text(path))).ToList();
        check.CheckMounts();
        check.Unique("dashboards have the uid", dashboards.Select(dashboard => dashboard.Uid));
        foreach (var dashboard in dashboards)
        {
            check.CheckDashboard(dashboard);
        }

        check.CheckRules([.. YamlValue.Parse(files.Text(Alerts))["groups"].Items.SelectMany(group => group["rules"].Items)], dashboards);
        return check._problems;
    }

    private void CheckSource()
    {
        var source = YamlValue.Parse(_files.Text(Source))["datasources"].Items.Single();
        var settings = source["jsonData"];
        if (!_services.TryGetValue(new Uri(source["url"].Text).Host, out var influx) || !influx.Networks.Intersect(_grafana.Networks).Any())
        {
            _problems.Add($"{Source}: {source["url"].Text} is no service that Grafana reaches");
            return;
        }

        Expect(source["type"].Text == "influxdb" && settings["version"].Text == "Flux", $"{Source}: expected the type influxdb and the version Flux");
        Expect(
            settings["organization"].Text == influx.Environment.GetValueOrDefault("DOCKER_INFLUXDB_INIT_ORG")
                && settings["defaultBucket"].Text == influx.Environment.GetValueOrDefault("DOCKER_INFLUXDB_INIT_BUCKET"),
            $"{Source}: {influx.Name} has another organisation or bucket");
        var token = EnvironmentVariable().Match(source["secureJsonData"]["token"].Text);
        Expect(
            token.Success && _grafana.Environment.TryGetValue(token.Groups["name"].Value, out var value)
                && value == influx.Environment.GetValueOrDefault("DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"),
            $"{Source}: the token is not the variable of Grafana's environment that has the one of {influx.Name}");
    }

    /// <summary>That the container has each file where Grafana looks for it.</summary>
    private void CheckMounts()
    {
        var folder = YamlValue.Parse(_files.Text(Provider))["providers"].Items.Single()["options"]["path"].Text;
        (string Held, string Target)[] wanted =
        [
            (FolderOf(Source), "/etc/grafana/provisioning/datasources"), (FolderOf(Provider), "/etc/grafana/provisioning/dashboards"),
            (FolderOf(Alerts), "/etc/grafana/provisioning/alerting"), (Dashboards, folder),
        ];
        foreach (var (held, target) in wanted)
        {
            Expect(_grafana.Mounts.Any(mount => mount.Source == $"./{held}" && mount.Target == target), $"grafana does not have ./{held} at {target}");
        }

        static string FolderOf(string path) => path[..path.LastIndexOf('/')];
    }

    private void CheckDashboard(Dashboard dashboard)
    {
        var at = dashboard.Path;
        Expect(dashboard.Uid.Length is > 0 and <= 40 && dashboard.Title.Length > 0, $"{at}: no uid of at most 40 characters, or no title");
        Documented(dashboard.Uid, at);
        Expect(dashboard.Panels.Count > 0, $"{at}: no panels");
        Unique("panels have the id", dashboard.Panels.Select(panel => $"{panel.Id}"), at);
        foreach (var source in dashboard.DataSources.Where(source => source != _source))
        {
            _problems.Add($"{at}: the data source '{source}' is not provisioned");
        }

        foreach (var panel in dashboard.Panels)
        {
            CheckPanel(panel, $"{at}: panel {panel.Id}");
        }

        foreach (var (name, query) in dashboard.Variables)
        {
            CheckQuery(query, $"{at}: the variable {name}");
        }

        foreach (var (name, query) in dashboard.Annotations)
        {
            CheckQuery(query, $"{at}: the annotation {name}");
        }

        var used = dashboard.Panels.SelectMany(panel => panel.Queries).Select(query => query.Query)
            .Concat(dashboard.Annotations.Select(mark => mark.Query)).SelectMany(query => query.Variables).ToHashSet();
        string[] declared = [.. dashboard.Variables.Select(variable => variable.Name)];
        Unique("variables have the name", declared, at);
        foreach (var name in used.Except(declared))
        {
            _problems.Add($"{at}: the variable {name} is not there");
        }

        foreach (var name in declared.Except(used))
        {
            _problems.Add($"{at}: the variable {name} is used by nothing");
        }
    }

    private void CheckPanel(DashboardPanel panel, string at)
    {
        Expect(panel.Title.Length > 0, $"{at} has no title");
        Expect(panel.Unit.Length > 0, $"{at} has no unit");
        Expect(panel.Queries.Count > 0, $"{at} has no query");
        Unique("queries have the name", panel.Queries.Select(query => query.RefId), at);
        foreach (var (name, query) in panel.Queries)
        {
            CheckQuery(query, $"{at}: query {name}");
            foreach (var field in query.Fields.Where(field => !UnitsOf(field, query.IsRate).Contains(panel.Unit)))
            {
                _problems.Add($"{at} has the unit '{panel.Unit}' for {field.Name}, which is in {field.Unit}{(query.IsRate ? "/s" : "")}");
            }
        }

        var tags = panel.Queries.SelectMany(query => query.Query.Measurements).SelectMany(measurement => measurement.Tags).ToHashSet();
        foreach (Match label in Label().Matches(panel.DisplayName))
        {
            Expect(tags.Contains(label.Groups["name"].Value), $"{at} names its series by the label {label.Groups["name"].Value}, which is no tag of what it reads");
        }
    }

    private void CheckRules(List<YamlValue> rules, List<Dashboard> dashboards)
    {
        Expect(rules.Count > 0, $"{Alerts}: no rules");
        Unique("rules have the uid", rules.Select(rule => rule["uid"].Text), Alerts);
        foreach (var rule in rules)
        {
            var at = $"{Alerts}: {rule["uid"].Text}";
            Documented(rule["uid"].Text, Alerts);
            Expect(
                rule["uid"].Text.Length is > 0 and <= 40 && rule["title"].Text.Length > 0 && rule["for"].Text.Length > 0
                    && rule["annotations"]["summary"].Text.Length > 0 && rule["labels"]["severity"].Text.Length > 0,
                $"{at}: expected a uid of at most 40 characters, a title, for, a summary and a severity");
            Expect(
                dashboards.Find(dashboard => dashboard.Uid == rule["dashboardUid"].Text)?.Panels.Any(panel => $"{panel.Id}" == rule["panelId"].Text) == true,
                $"{at}: the panel {rule["panelId"].Text} of {rule["dashboardUid"].Text} is not there");
            CheckSteps(rule, at);
        }
    }

    /// <summary>What a rule reads, and what it computes from that: each step uses earlier ones.</summary>
    private void CheckSteps(YamlValue rule, string at)
    {
        var steps = new HashSet<string>();
        var tags = new HashSet<string>();
        foreach (var step in rule["data"].Items)
        {
            var model = step["model"];
            if (step["datasourceUid"].Text != Expression)
            {
                Expect(step["datasourceUid"].Text == _source, $"{at}: the data source '{step["datasourceUid"].Text}' is not provisioned");
                Expect(step["relativeTimeRange"]["from"].Text.Length > 0, $"{at}: {step["refId"].Text} has no time range");
                var query = new FluxQuery(model["query"].Text);
                CheckQuery(query, $"{at}: {step["refId"].Text}");
                tags.UnionWith(query.Measurements.SelectMany(measurement => measurement.Tags));
            }
            else
            {
                var expression = model["expression"].Text;
                var used = model["type"].Text == "math" ? Reference().Matches(expression).Select(match => match.Groups["name"].Value) : [expression];
                foreach (var name in used)
                {
                    Expect(steps.Contains(name), $"{at}: {step["refId"].Text} uses {name}, which is no step before it");
                }
            }

            Expect(
                step["refId"].Text.Length > 0 && step["refId"].Text == model["refId"].Text && steps.Add(step["refId"].Text),
                $"{at}: {step["refId"].Text} has no name, two names or another step's");
        }

        Expect(steps.Contains(rule["condition"].Text), $"{at}: the condition {rule["condition"].Text} is no step");
        foreach (Match label in TemplateLabel().Matches(rule["annotations"]["description"].Text))
        {
            Expect(tags.Contains(label.Groups["name"].Value), $"{at}: its description names the label {label.Groups["name"].Value}, which is no tag of what it reads");
        }
    }

    private void CheckQuery(FluxQuery query, string at) => _problems.AddRange(query.Problems().Select(problem => $"{at} {problem}"));

    /// <summary>Grafana's names of the units that fit a field.</summary>
    private static string[] UnitsOf(FieldDefinition field, bool isRate) => (field.Unit, isRate) switch
    {
        ("By", false) => ["bytes"],
        ("By", true) => ["Bps"],
        ("s", false) => ["s"],
        ("s", true) => ["percentunit"],
        ("1", false) => ["none", "percentunit"],
        (_, false) => ["short"],
        (_, true) => ["cps"],
    };

    private void Documented(string uid, string at) =>
        Expect(_files.Text(Page).Contains($"`{uid}`", StringComparison.Ordinal), $"{at}: {Page} does not have `{uid}`");

    private void Unique(string what, IEnumerable<string> names, string at = Dashboards)
    {
        foreach (var name in names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            _problems.Add($"{at}: two {what} {name}");
        }
    }

    private void Expect(bool fits, string problem)
    {
        if (!fits)
        {
            _problems.Add(problem);
        }
    }

    [GeneratedRegex(@"^\$\{?(?<name>[A-Z_]+)\}?$")]
    private static partial Regex EnvironmentVariable();

    [GeneratedRegex(@"\$\{__field\.labels\.(?<name>\w+)\}")]
    private static partial Regex Label();

    [GeneratedRegex(@"\$(?<name>[A-Z])\b")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\$labels\.(?<name>\w+)")]
    private static partial Regex TemplateLabel();
}
