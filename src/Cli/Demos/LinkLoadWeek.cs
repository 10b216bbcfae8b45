using System.Globalization;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Demos;

/// <summary>The week that <see cref="LinkLoadDemo"/> plays.</summary>
/// <param name="Loads">The loads.</param>
/// <param name="Description">What they are, in words.</param>
/// <param name="Outages">What fails, where that is known.</param>
internal sealed record LinkLoadWeek(LinkLoads Loads, string Description, IReadOnlyList<LinkOutage> Outages)
{
    internal long Records => (long)Loads.Bins * Loads.Links.Count;

    internal static LinkLoadWeek Of(LinkLoads loads) =>
        new(loads, $"{loads.Bins} bins of 5 minutes on {loads.Links.Count} links", []);

    internal static LinkLoadWeek Simulated(ulong seed)
    {
        var traffic = new BackboneTraffic(new BackboneTrafficOptions { Seed = seed });
        var loads = traffic.Simulate();
        var outages = string.Join(", ", traffic.Outages.Select(outage => $"{outage.Link} fails at {Clock(loads, outage.FirstBin)}"));
        return new LinkLoadWeek(loads, $"{Of(loads).Description}, simulated; {outages}", traffic.Outages);
    }

    /// <summary>The time in the week when so many records have come, and what is down then.</summary>
    internal string ClockAt(long records)
    {
        var down = Outages.Where(outage => IsDown(outage.Link, records)).Select(outage => $"  {outage.Link} is down");
        return Clock(Loads, BinAt(records)) + string.Concat(down);
    }

    /// <summary>Whether the link's cable is down when so many records have come.</summary>
    internal bool IsDown(string link, long records) => Outages.Any(outage =>
        (outage.Link == link || outage.Link == Reverse(link)) && outage.FirstBin <= BinAt(records) && BinAt(records) < outage.EndBin);

    private int BinAt(long records) => (int)Math.Min(records / Math.Max(1, Loads.Links.Count), Loads.Bins - 1);

    private static string Reverse(string link) => string.Join('>', link.Split('>').Reverse());

    private static string Clock(LinkLoads loads, int bin) =>
        loads.TimeOf(Math.Max(0, bin)).ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
