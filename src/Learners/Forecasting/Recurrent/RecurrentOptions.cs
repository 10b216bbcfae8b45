using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting.Recurrent;

/// <summary>Settings of <c>liquid</c> and <c>gru</c>.</summary>
public sealed record RecurrentOptions
{
    /// <summary>The most steps of a season: what has to be remembered of each series.</summary>
    internal const int MaxPeriod = 100_000;

    /// <summary>The cell. Default <see cref="RecurrentCell.Cfc"/>.</summary>
    public RecurrentCell Cell { get; init; } = RecurrentCell.Cfc;

    /// <summary>Whether the neurons are wired as a neural circuit policy (inter, command and motor neurons); default: all with all.</summary>
    public bool Wired { get; init; }

    /// <summary>Share of possible synapses that a wiring leaves out. Default 0.5.</summary>
    public double Sparsity { get; init; } = 0.5;

    /// <summary>Seed of the wiring, which all keys share. Default 1.</summary>
    public int WiringSeed { get; init; } = 1;

    /// <summary>Size of the state. Default 16.</summary>
    public int Units { get; init; } = 16;

    /// <summary>Width of the layer before the heads of a CfC; 0, the default: none.</summary>
    public int Backbone { get; init; }

    /// <summary>Solver steps of an LTC within each step. Default 6.</summary>
    public int Unfolds { get; init; } = 6;

    /// <summary>Steps that the network looks at before it says something, and that gradients go back. Default 16.</summary>
    public int Window { get; init; } = 16;

    /// <summary>Last moves (or values) that go in at each step besides the value. Default 12.</summary>
    public int Lags { get; init; } = 12;

    /// <summary>Length of the season in steps; 0: none. Default 288, a day of five-minute steps.</summary>
    public int Period { get; init; } = 288;

    /// <summary>Length of a longer season in steps; 0: none. Default 2016, a week of five-minute steps.</summary>
    public int SecondPeriod { get; init; } = 2016;

    /// <summary>Whether the state is carried from record to record; default: each forecast starts from zero at the window's start.</summary>
    public bool Carried { get; init; }

    /// <summary>Whether the network says how far the series moves (default), or its level as a share of the head-room.</summary>
    public bool Moves { get; init; } = true;

    /// <summary>Largest absolute value so far times this is the level 1. Default 2.5.</summary>
    public double HeadRoom { get; init; } = 2.5;

    /// <summary>Records that it learns from at the full rate. Default 2016, a week of five-minute steps.</summary>
    public long WarmUp { get; init; } = 2016;

    /// <summary>What it does then. Default: it learns on.</summary>
    public AfterWarmUp Then { get; init; } = AfterWarmUp.Continue;

    /// <summary>The learning rate after the warm-up is this times the learning rate. Default 0.7.</summary>
    public double ContinueRate { get; init; } = 0.7;

    /// <summary>The learning rate is this times higher after a drift that raises it, and comes down in <see cref="ReactionRecords"/>. Default 4.</summary>
    public double RaisedRate { get; init; } = 4;

    /// <summary>Records that a reaction to a drift lasts for. Default 288.</summary>
    public int ReactionRecords { get; init; } = 288;

    /// <summary>Optimiser, by its name: <c>sgd</c>, <c>adam</c>, <c>adabelief</c> or <c>lion</c>. Default <c>adam</c>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>Step size. Default 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Norm that longer gradients are scaled down to. Default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Forgetting factor of the means that values are scaled by. Default 0.999, a memory of about 1000 steps.</summary>
    public double Forgetting { get; init; } = 0.999;

    /// <summary>Where the network runs. Default <c>auto</c>.</summary>
    public DeviceSetting Device { get; init; } = DeviceSetting.Auto;

    /// <summary>Weights to start from instead of drawn ones; null: none.</summary>
    public SafetensorsFile? WarmStart { get; init; }

    /// <summary>Path of the settings, for messages.</summary>
    internal string Path { get; init; } = "learner";

    internal UpdateOptions Updates => TrainedNetworkOptions.UpdatesFor(Optimizer, LearningRate, MaxGradientNorm);

    /// <summary>The seasons that there are, in steps.</summary>
    internal IEnumerable<int> Periods => new[] { Period, SecondPeriod }.Where(period => period > 0);

    /// <summary>Numbers that go in at each step: the value, the last ones, what each season says for each horizon, the features.</summary>
    internal int Inputs(ForecastTask task) => 1 + Lags + (Periods.Count() * task.Horizons.Count) + task.Features;

    /// <summary>The network.</summary>
    /// <exception cref="OptionException">There are too few units for a wiring.</exception>
    internal RecurrentArchitecture ArchitectureFor(ForecastTask task)
    {
        var (inputs, outputs) = (Inputs(task), task.Horizons.Count);
        if (Cell == RecurrentCell.Gru)
        {
            return new GruArchitecture(inputs, Units, outputs);
        }

        var wiring = Wired ? Wiring(inputs, outputs) : null;
        if (Cell == RecurrentCell.Ltc)
        {
            return wiring is null ? new LtcArchitecture(inputs, Units, outputs, Unfolds) : new LtcArchitecture(wiring, outputs, Unfolds);
        }

        var mode = Cell switch { RecurrentCell.CfcNoGate => CfcMode.NoGate, RecurrentCell.CfcPure => CfcMode.Pure, _ => CfcMode.Default };
        return wiring is null
            ? new CfcArchitecture(inputs, Units, outputs, mode, Backbone > 0 ? [Backbone] : null)
            : new CfcArchitecture(wiring, outputs, mode);
    }

    internal static RecurrentOptions LiquidFrom(OptionSet options)
    {
        var defaults = new RecurrentOptions();
        var cell = options.Choice("cell", "cfc", "cfc", "cfc-no-gate", "cfc-pure", "ltc") switch
        {
            "cfc-no-gate" => RecurrentCell.CfcNoGate,
            "cfc-pure" => RecurrentCell.CfcPure,
            "ltc" => RecurrentCell.Ltc,
            _ => RecurrentCell.Cfc,
        };
        var wired = options.Choice("wiring", "full", "full", "ncp") == "ncp";
        var backbone = options.Whole("backbone", defaults.Backbone, 0, 4096);
        if (backbone > 0 && (wired || cell == RecurrentCell.Ltc))
        {
            throw new OptionException(
                $"{options.Path}.backbone", $"'{backbone}'", "0 where the cell is ltc or wired: only a cfc with wiring = full has a layer before its heads");
        }

        return From(options) with
        {
            // A hybrid is made of a network that learns on.
            Then = ThenOf(options) == "frozen" ? AfterWarmUp.Frozen : AfterWarmUp.Continue,
            Cell = cell,
            Wired = wired,
            Sparsity = options.Number("sparsity", defaults.Sparsity, 0.1, 1),
            WiringSeed = options.Whole("wiring-seed", defaults.WiringSeed, 0, int.MaxValue),
            Backbone = backbone,
            Unfolds = options.Whole("unfolds", defaults.Unfolds, 1, 100),
        };
    }

    internal static RecurrentOptions GruFrom(OptionSet options) => From(options) with
    {
        Cell = RecurrentCell.Gru,
        Then = options.Choice("then", "continue", "continue", "frozen") == "frozen" ? AfterWarmUp.Frozen : AfterWarmUp.Continue,
    };

    internal static string ThenOf(OptionSet options) => options.Choice("then", "continue", "continue", "frozen", "hybrid");

    private static RecurrentOptions From(OptionSet options)
    {
        var defaults = new RecurrentOptions();
        return new RecurrentOptions
        {
            Path = options.Path,
            Units = options.Whole("units", defaults.Units, 1, 4096),
            Window = options.Whole("window", defaults.Window, 1, 1024),
            Lags = options.Whole("lags", defaults.Lags, 0, 512),
            Period = options.Whole("period", defaults.Period, 0, MaxPeriod),
            SecondPeriod = options.Whole("second-period", defaults.SecondPeriod, 0, MaxPeriod),
            Carried = options.Choice("inference", "restart", "restart", "carried") == "carried",
            Moves = options.Choice("target", "move", "move", "level") == "move",
            HeadRoom = options.Number("head-room", defaults.HeadRoom, 1, 100),
            WarmUp = options.Whole("warm-up", (int)defaults.WarmUp, 0, int.MaxValue),
            ContinueRate = options.Number("continue-rate", defaults.ContinueRate, 0, 1),
            RaisedRate = options.Number("raised-rate", defaults.RaisedRate, 1, 100),
            ReactionRecords = options.Whole("reaction-records", defaults.ReactionRecords, 1, 1_000_000),
            Optimizer = options.Choice("optimizer", defaults.Optimizer, "sgd", "adam", "adabelief", "lion"),
            LearningRate = options.Number("learning-rate", defaults.LearningRate, 1e-9, 10),
            MaxGradientNorm = options.Number("max-gradient-norm", defaults.MaxGradientNorm, 1e-9, 1e9),
            Forgetting = options.Number("forgetting", defaults.Forgetting, 0.5, 0.999999),
            Device = Enum.Parse<DeviceSetting>(options.Choice("device", "auto", "auto", "cpu", "torch", "cuda"), ignoreCase: true),
            WarmStart = options.Weights("warm-start"),
        };
    }

    private NcpWiring Wiring(int inputs, int outputs)
    {
        if (Units < outputs + 3)
        {
            throw new OptionException($"{Path}.units", $"{Units}", $"{outputs + 3} or more for a wiring with a motor neuron for each horizon");
        }

        return NcpWiring.AutoNcp(inputs, Units, outputs, Sparsity, (ulong)WiringSeed);
    }
}
