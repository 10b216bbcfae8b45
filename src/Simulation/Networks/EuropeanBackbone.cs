namespace StreamLearn.Simulation.Networks;

/// <summary>
/// The built-in European network: 28 cities and 41 cables with their lengths. Source: network "nobel-eu" of SNDlib, as found in topohub
/// (data/sndlib/nobel-eu.json).
/// </summary>
internal static class EuropeanBackbone
{
    /// <summary>Line rate in kbit/s, our choice: 10 Gbit/s, as in the other built-in network.</summary>
    private const double Capacity = 10e6;

    /// <summary>
    /// Cities with their size (about the population of the metropolitan area in millions; rounded, our choice, not of the source)
    /// and their standard time, hours from UTC.
    /// </summary>
    public static readonly (string Name, TrafficSite Site)[] Cities =
    [
        ("Amsterdam", new(2.5, TimeSpan.FromHours(1))),
        ("Athens", new(3.6, TimeSpan.FromHours(2))),
        ("Barcelona", new(4.9, TimeSpan.FromHours(1))),
        ("Belgrade", new(1.7, TimeSpan.FromHours(1))),
        ("Berlin", new(4.6, TimeSpan.FromHours(1))),
        ("Bordeaux", new(1.3, TimeSpan.FromHours(1))),
        ("Brussels", new(2.6, TimeSpan.FromHours(1))),
        ("Budapest", new(3.0, TimeSpan.FromHours(1))),
        ("Copenhagen", new(2.1, TimeSpan.FromHours(1))),
        ("Dublin", new(1.9, TimeSpan.FromHours(0))),
        ("Frankfurt", new(2.7, TimeSpan.FromHours(1))),
        ("Glasgow", new(1.8, TimeSpan.FromHours(0))),
        ("Hamburg", new(3.3, TimeSpan.FromHours(1))),
        ("London", new(13.5, TimeSpan.FromHours(0))),
        ("Lyon", new(2.3, TimeSpan.FromHours(1))),
        ("Madrid", new(6.7, TimeSpan.FromHours(1))),
        ("Milan", new(4.9, TimeSpan.FromHours(1))),
        ("Munich", new(2.9, TimeSpan.FromHours(1))),
        ("Oslo", new(1.5, TimeSpan.FromHours(1))),
        ("Paris", new(13.0, TimeSpan.FromHours(1))),
        ("Prague", new(2.2, TimeSpan.FromHours(1))),
        ("Rome", new(4.3, TimeSpan.FromHours(1))),
        ("Stockholm", new(2.4, TimeSpan.FromHours(1))),
        ("Strasbourg", new(0.8, TimeSpan.FromHours(1))),
        ("Vienna", new(2.9, TimeSpan.FromHours(1))),
        ("Warsaw", new(3.1, TimeSpan.FromHours(1))),
        ("Zagreb", new(1.1, TimeSpan.FromHours(1))),
        ("Zurich", new(1.6, TimeSpan.FromHours(1))),
    ];

    /// <summary>Cables and their lengths, km.</summary>
    private static readonly (string From, string To, double Kilometres)[] Cables =
    [
        ("Amsterdam", "Brussels", 191),
        ("Amsterdam", "Glasgow", 677),
        ("Amsterdam", "Hamburg", 390),
        ("Amsterdam", "London", 331),
        ("Athens", "Belgrade", 811),
        ("Athens", "Rome", 1050),
        ("Barcelona", "Lyon", 507),
        ("Barcelona", "Madrid", 475),
        ("Belgrade", "Budapest", 328),
        ("Belgrade", "Zagreb", 385),
        ("Berlin", "Copenhagen", 350),
        ("Berlin", "Hamburg", 244),
        ("Berlin", "Munich", 490),
        ("Berlin", "Prague", 263),
        ("Berlin", "Warsaw", 503),
        ("Bordeaux", "Madrid", 537),
        ("Bordeaux", "Paris", 486),
        ("Brussels", "Frankfurt", 301),
        ("Brussels", "Paris", 263),
        ("Budapest", "Prague", 465),
        ("Budapest", "Warsaw", 551),
        ("Copenhagen", "Oslo", 473),
        ("Dublin", "Glasgow", 286),
        ("Dublin", "London", 465),
        ("Frankfurt", "Hamburg", 379),
        ("Frankfurt", "Munich", 309),
        ("Frankfurt", "Strasbourg", 203),
        ("London", "Paris", 350),
        ("Lyon", "Paris", 384),
        ("Lyon", "Zurich", 355),
        ("Milan", "Munich", 354),
        ("Milan", "Rome", 490),
        ("Milan", "Zurich", 224),
        ("Munich", "Vienna", 363),
        ("Oslo", "Stockholm", 431),
        ("Paris", "Strasbourg", 388),
        ("Prague", "Vienna", 257),
        ("Rome", "Zagreb", 513),
        ("Stockholm", "Warsaw", 800),
        ("Strasbourg", "Zurich", 142),
        ("Vienna", "Zagreb", 298),
    ];

    public static Topology Build() => Topology.OfCables(Array.ConvertAll(Cities, city => city.Name), Cables, Capacity);
}
