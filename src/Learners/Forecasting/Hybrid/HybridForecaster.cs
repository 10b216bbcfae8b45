using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.Hybrid;

/// <summary>
/// <c>hybrid</c>: a liquid network forecasts alone until a mixture with incremental learners has proved better since the last drift; then
/// the mixture does, weighted by recent loss, until the next drift. Each horizon decides for itself.
/// </summary>
/// <remarks>
/// Source: the hybrid that Ayoub et al. 2024 (arXiv 2404.05304) suggest, liquid right after a drastic change and incremental later on; how
/// it decides is ours, see <see cref="ExpertMixture"/>. All learners learn all the time. A drift is an alarm of the detector on the liquid
/// network's absolute error at the furthest horizon, which shows a change for as many records as it is long. One record's error counts as 8
/// times the fading mean error at most: where a series jumps, a single error as large as the jump would widen the detector's bounds so far
/// that it would not see the errors that follow.
/// </remarks>
public sealed class HybridForecaster : IForecaster, IHasNetworks, IReactsToDrift, IDisposable
{
    internal const string Kind = "hybrid";

    private const double LargestError = 8;

    private readonly IReadOnlyList<int> _horizons;
    private readonly IForecaster[] _experts;
    private readonly IReadOnlyList<string> _kinds;

    // Of each expert, whether its last update was refused.
    private readonly bool[] _refused;
    private readonly ExpertMixture[] _mixtures;
    private readonly IDriftDetector? _detector;

    // Ring over the last `furthest horizon + 1` steps: for each horizon the experts' forecasts, then the mixture's. NaN: there was no
    // record.
    private readonly double[] _made;
    private readonly int _slots;
    private readonly double[] _said;
    private readonly double[] _ofExpert;
    private long _step = -1;

    public HybridForecaster(ForecastTask task, HybridOptions options, ulong seed, FleetWorkspaces? workspaces = null)
    {
        workspaces ??= new FleetWorkspaces();
        _horizons = task.Horizons;
        _experts = new IForecaster[1 + options.Experts.Count];
        _kinds = [RecurrentForecaster.LiquidKind, .. options.Experts];
        _refused = new bool[_experts.Length];
        _experts[0] = new RecurrentForecaster(task, options.Liquid, seed, workspaces);
        try
        {
            for (var e = 1; e < _experts.Length; e++)
            {
                _experts[e] = options.CreateExpert(options.Experts[e - 1], task, seed + (ulong)e, workspaces);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        _mixtures = [.. _horizons.Select(horizon => new ExpertMixture(options, _experts.Length, horizon))];
        _detector = options.CreateDetector(seed);
        _slots = task.FurthestHorizon + 1;
        _made = new double[_slots * _horizons.Count * Width];
        Array.Fill(_made, double.NaN);
        _said = new double[_horizons.Count];
        _ofExpert = new double[_horizons.Count];
    }

    /// <summary>Drifts found so far.</summary>
    internal long Drifts { get; private set; }

    // Numbers for each horizon of a slot.
    private int Width => _experts.Length + 1;

    /// <inheritdoc/>
    public IEnumerable<NetworkWeights> Weights(string kind) =>
        _experts.Zip(_kinds).SelectMany(expert => (expert.First as IHasNetworks)?.Weights($"{kind}.{expert.Second}") ?? []);

    /// <inheritdoc/>
    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _step++;
        LearnWeights(observation[0]);
        var (refused, learned) = (false, false);
        for (var e = 0; e < _experts.Length; e++)
        {
            var outcome = _experts[e].Learn(observation, elapsed);
            refused |= outcome == LearnOutcome.Refused;
            learned |= outcome == LearnOutcome.Learned;
            _refused[e] = outcome == LearnOutcome.Refused || (_refused[e] && outcome == LearnOutcome.Observed);
        }

        Forecast();

        // One expert's success is no end to another's refusals.
        return refused ? LearnOutcome.Refused : learned && !_refused.Contains(true) ? LearnOutcome.Learned : LearnOutcome.Observed;
    }

    /// <inheritdoc/>
    public void Skip(long steps)
    {
        if (_step < 0)
        {
            return;
        }

        for (var skipped = 1; skipped <= Math.Min(steps, _slots); skipped++)
        {
            Made(_step + steps - skipped + 1).Fill(double.NaN);
        }

        _step += steps;
        foreach (var expert in _experts)
        {
            expert.Skip(steps);
        }
    }

    /// <inheritdoc/>
    public void Predict(Span<double> forecasts) => _said.CopyTo(forecasts);

    /// <inheritdoc/>
    /// <remarks><c>switch-expert</c>: the liquid network forecasts alone again, as after a drift that it finds itself. The others are
    /// passed on to the learners that know them.</remarks>
    public void React(DriftReaction reaction)
    {
        if (reaction == DriftReaction.SwitchExpert)
        {
            Restart();
            return;
        }

        foreach (var expert in _experts)
        {
            (expert as IReactsToDrift)?.React(reaction);
        }
    }

    /// <summary>The liquid network forecasts alone again.</summary>
    internal void Restart()
    {
        foreach (var mixture in _mixtures)
        {
            mixture.Restart();
        }
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
        foreach (var expert in _experts)
        {
            expert.KeepGood();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Only the experts whose updates are refused; the others go on.</remarks>
    public void ReturnToGood()
    {
        for (var e = 0; e < _experts.Length; e++)
        {
            if (_refused[e])
            {
                _experts[e].ReturnToGood();
                _refused[e] = false;
            }
        }
    }

    /// <summary>Frees the experts' networks.</summary>
    public void Dispose()
    {
        foreach (var expert in _experts)
        {
            (expert as IDisposable)?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 2, fields: 5 + (ExpertMixture.Fields * _mixtures.Length) + (2 * _experts.Length));
        writer.Write(_step);
        writer.Write(Drifts);
        writer.WriteDoubles(_made);
        writer.WriteDoubles(_said);
        foreach (var mixture in _mixtures)
        {
            mixture.Save(ref writer);
        }

        if (_detector is null)
        {
            writer.WriteNil();
        }
        else
        {
            _detector.Save(ref writer);
        }

        for (var e = 0; e < _experts.Length; e++)
        {
            writer.Write(_refused[e]);
            _experts[e].Save(ref writer);
        }
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 2, fields: 5 + (ExpertMixture.Fields * _mixtures.Length) + (2 * _experts.Length));
        _step = reader.ReadInt64();
        Drifts = reader.ReadInt64();
        reader.ReadDoubles(_made, gaps: true);
        reader.ReadDoubles(_said);
        StateFormat.Require(_step >= 0 && Drifts >= 0, "there is no such step");
        for (var at = 0; at < _made.Length; at += Width)
        {
            var made = _made.AsSpan(at, Width);
            StateFormat.Require(
                TensorPrimitives.IsFiniteAll<double>(made) || TensorPrimitives.IsNaNAll<double>(made), "some experts' forecasts of a step are missing");
        }

        foreach (var mixture in _mixtures)
        {
            mixture.Load(ref reader);
        }

        if (_detector is null)
        {
            StateFormat.Require(reader.TryReadNil(), "there is a detector where none is configured: the learner's settings have changed");
        }
        else
        {
            _detector.Load(ref reader);
        }

        for (var e = 0; e < _experts.Length; e++)
        {
            _refused[e] = reader.ReadBoolean();
            _experts[e].Load(ref reader);
        }
    }

    private void LearnWeights(double value)
    {
        var drift = false;
        for (var h = 0; h < _horizons.Count && _horizons[h] <= _step; h++)
        {
            var made = Made(_step - _horizons[h]).Slice(h * Width, Width);
            if (double.IsNaN(made[0]))
            {
                continue;
            }

            _mixtures[h].Learn(value, made[.._experts.Length], made[^1]);
            drift |= h == _horizons.Count - 1 && _detector is not null
                && _detector.Add(Math.Min(Math.Abs(value - made[0]), LargestError * _mixtures[h].Scale));
        }

        if (drift)
        {
            Drifts++;
            Restart();
        }
    }

    private void Forecast()
    {
        var made = Made(_step);
        for (var e = 0; e < _experts.Length; e++)
        {
            _experts[e].Predict(_ofExpert);
            for (var h = 0; h < _horizons.Count; h++)
            {
                made[(h * Width) + e] = _ofExpert[h];
            }
        }

        for (var h = 0; h < _horizons.Count; h++)
        {
            var forecasts = made.Slice(h * Width, Width);
            forecasts[^1] = _mixtures[h].Mix(forecasts[.._experts.Length]);
            _said[h] = _mixtures[h].IsProved ? forecasts[^1] : forecasts[0];
        }
    }

    private Span<double> Made(long step)
    {
        var width = _horizons.Count * Width;
        return _made.AsSpan((int)(step % _slots) * width, width);
    }
}
