namespace StreamLearn.Cli.Tests.Grafana;

/// <summary>A panel of a dashboard.</summary>
/// <param name="Id">Its number within the dashboard.</param>
/// <param name="Title">Its title.</param>
/// <param name="Unit">The unit of its values, by Grafana's name of it.</param>
/// <param name="DisplayName">How its series are named.</param>
/// <param name="Queries">What it reads, by what it calls them.</param>
internal sealed record DashboardPanel(int Id, string Title, string Unit, string DisplayName, IReadOnlyList<(string RefId, FluxQuery Query)> Queries);
