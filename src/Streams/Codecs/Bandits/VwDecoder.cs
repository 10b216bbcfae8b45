using StreamLearn.Learners.Bandits;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Contexts in Vowpal Wabbit's text, a multi-line example a message: an optional line <c>shared |...</c>, a line for each action, and
/// <c>action:cost:probability</c> before the bar of the one that somebody has chosen, if its cost is known. Where all decisions have the
/// same actions, an example of one line is one of <c>--cb</c>: actions count from 1, features are shared.
/// </summary>
/// <remarks>Keys are message keys, times Kafka's timestamps; the id is the tag of the shared line, or says where the record is.</remarks>
public sealed class VwDecoder : PayloadDecoder<BanditRecordWriter>
{
    private readonly BanditDraft _draft;
    private readonly FeedbackFields _feedback;
    private readonly VwFeatures _features = new();
    private readonly bool _hasFixedActions;
    private readonly bool _takesCosts;

    internal VwDecoder(BanditSchema schema)
        : base(new PayloadColumns<BanditRecordWriter>("", "", maxJump: 0))
    {
        _draft = new BanditDraft(schema.Task, schema.MostBytes);
        _feedback = new FeedbackFields(schema.Task, VwField.Reward, VwField.Cost);
        _hasFixedActions = schema.Task.HasFixedActions;
        _takesCosts = _feedback.Expected == VwField.Cost;
    }

    /// <inheritdoc/>
    private protected override void Write(BanditRecordWriter payloads) => _draft.Write(payloads);

    /// <inheritdoc/>
    private protected override (string Reason, string Field)? Read(ReadOnlySpan<byte> value)
    {
        var text = value;
        ReadOnlySpan<byte> mark = [0xef, 0xbb, 0xbf];
        text = text.StartsWith(mark) ? text[mark.Length..] : text;
        _draft.Clear();
        text = text.Trim(" \t\r\n"u8);
        var only = _hasFixedActions && !text.Contains((byte)'\n');
        var (lines, outcome) = (0, -1);
        foreach (var range in text.Split((byte)'\n'))
        {
            // A blank line would end the example.
            if (!VwLine.TryRead(text[range].TrimEnd((byte)'\r'), out var line))
            {
                return (DeadLetterReason.Malformed, "");
            }

            var problem = line.IsShared ? ReadShared(line, first: lines == 0 && !only) : only ? ReadOnly(line) : ReadAction(line, ref outcome);
            if (problem is not null)
            {
                return problem;
            }

            lines++;
        }

        if (_draft.ActionsProblem() is { } reason)
        {
            return (reason, VwField.Actions);
        }

        if (!_draft.HasAllowed)
        {
            return (DeadLetterReason.NoAllowedAction, VwField.Action);
        }

        if (!_draft.HasId)
        {
            _draft.TrySetId(Columns.OriginId());
        }

        return _draft.IsFinite ? Columns.Complete(optionalTime: false) : (DeadLetterReason.NotFinite, VwField.Features);
    }

    private (string Reason, string Field)? ReadShared(in VwLine line, bool first)
    {
        if (!first)
        {
            return (DeadLetterReason.Malformed, "");
        }

        return line.Tag.IsEmpty || _draft.TrySetId(line.Tag) ? _features.Add(line.Features, _draft.Shared) : (DeadLetterReason.BadId, VwField.Tag);
    }

    /// <summary>Reads the line of an action.</summary>
    /// <param name="line">The line.</param>
    /// <param name="labelled">Number of the action that has a label; -1: none yet.</param>
    private (string Reason, string Field)? ReadAction(in VwLine line, ref int labelled)
    {
        var action = _draft.Added;
        if (_draft.AddAction(out var features) is { } impossible)
        {
            return (impossible, VwField.Actions);
        }

        if (!_hasFixedActions && !line.Tag.IsEmpty && _draft.NameAction(line.Tag) is { } unusable)
        {
            return (unusable, VwField.Tag);
        }

        var labels = line.Labels;
        var label = VwText.TakeWord(ref labels);
        if (!label.IsEmpty)
        {
            // The number of the action says nothing here: its line is the action.
            if (labelled >= 0 || !labels.IsEmpty)
            {
                return (DeadLetterReason.Malformed, "");
            }

            labelled = action;
            if ((VwLabel.Read(label, out var read) ?? TakeOutcome(action, read)) is { } problem)
            {
                return problem;
            }
        }

        return _features.Add(line.Features, features);
    }

    /// <summary>Reads an example of one line, <c>2:1:0.3 | a b</c>; where several actions are listed, or one without a cost, only
    /// those may be chosen.</summary>
    private (string Reason, string Field)? ReadOnly(in VwLine line)
    {
        if (!line.Tag.IsEmpty && !_draft.TrySetId(line.Tag))
        {
            return (DeadLetterReason.BadId, VwField.Tag);
        }

        var labels = line.Labels;
        var (known, masks) = (0, false);
        for (var word = VwText.TakeWord(ref labels); !word.IsEmpty; word = VwText.TakeWord(ref labels))
        {
            if (VwLabel.Read(word, out var label) is { } malformed)
            {
                return malformed;
            }

            if (label.Action < 1 || label.Action > _draft.Count)
            {
                return (DeadLetterReason.UnknownAction, VwField.Action);
            }

            known += label.Cost is null ? 0 : 1;
            var action = (int)label.Action - 1;
            if (known > 1)
            {
                return (DeadLetterReason.Malformed, "");
            }

            if (TakeOutcome(action, label) is { } problem)
            {
                return problem;
            }

            // One with a cost leaves the others possible, as in VW.
            if (!masks && (!labels.IsEmpty || label.Cost is null))
            {
                _draft.Mask();
                masks = true;
            }

            if (masks)
            {
                _draft.Allow(action);
            }
        }

        return _features.Add(line.Features, _draft.Shared);
    }

    /// <summary>Takes what a label says; without a cost nothing is known of what came of it, and the example is a context.</summary>
    private (string Reason, string Field)? TakeOutcome(int action, VwLabel label)
    {
        var propensity = label.Probability ?? (label.Cost is null ? 1 : 0);
        if (propensity is not (> 0 and <= 1))
        {
            return (DeadLetterReason.BadPropensity, VwField.Probability);
        }

        if (label.Cost is not { } cost)
        {
            return null;
        }

        if (!_takesCosts)
        {
            return _feedback.Wrong;
        }

        _draft.SetOutcome(action, propensity, cost);
        return _feedback.Check(cost);
    }
}
