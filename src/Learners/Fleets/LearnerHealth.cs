using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Fleets;

/// <summary>How the updates of one learner of a series have gone.</summary>
internal struct LearnerHealth
{
    // Records since the last refused update or kept state; none count while the last update was refused. As many as are waited for at most.
    private int _unharmed;
    private int _refusedInRow;

    /// <summary>Updates that were undone.</summary>
    internal long Refused { get; private set; }

    /// <summary>Returns to the good state.</summary>
    internal long Recoveries { get; private set; }

    /// <summary>Takes in what became of a record.</summary>
    internal SafetyStep After(LearnOutcome outcome, SafetyOptions options)
    {
        if (outcome == LearnOutcome.Refused)
        {
            Refused++;
            _unharmed = 0;
            if (++_refusedInRow < options.RefusedInRow)
            {
                return SafetyStep.GoOn;
            }

            _refusedInRow = 0;
            Recoveries++;
            return SafetyStep.Return;
        }

        // A record that updates nothing, as most are for a learner that is fitted now and then, neither proves the model nor condemns it.
        if (outcome == LearnOutcome.Observed && _refusedInRow > 0)
        {
            return SafetyStep.GoOn;
        }

        _refusedInRow = 0;
        _unharmed = Math.Min(_unharmed + 1, options.KeepEvery);
        if (_unharmed < options.KeepEvery || outcome == LearnOutcome.Observed)
        {
            return SafetyStep.GoOn;
        }

        _unharmed = 0;
        return SafetyStep.Keep;
    }

    internal readonly void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Refused);
        writer.Write(Recoveries);

        // Always as long: they go up and down.
        writer.WriteInt32(_unharmed);
        writer.WriteInt32(_refusedInRow);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(4);
        Refused = reader.ReadInt64();
        Recoveries = reader.ReadInt64();
        _unharmed = reader.ReadInt32();
        _refusedInRow = reader.ReadInt32();
        StateFormat.Require(
            Refused >= 0 && Recoveries >= 0 && Recoveries <= Refused
            && _unharmed is >= 0 and < int.MaxValue && _refusedInRow is >= 0 and < int.MaxValue
            && (_unharmed == 0 || _refusedInRow == 0),
            "the counts of a learner's refused updates contradict each other");
    }
}
