using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised;

/// <summary>Features that wait for their label, with what learners said of them; or the label that has come early.</summary>
internal sealed class WaitingExample(SupervisedTask task, int learners) : JoinEntry
{
    private const int Kept = 1024;

    private float[] _features = [];
    private int _count;
    private double[] _opinions = [];
    private byte[] _label = [];
    private int _labelLength;

    /// <summary>Numbers of what a learner said: the classes that were known then, or 1.</summary>
    internal int Width { get; private set; }

    /// <summary>What had been right last when it was predicted: a class, -1 before the first; or a number.</summary>
    internal double Last { get; private set; }

    /// <summary>The number that came early.</summary>
    internal double Target { get; set; }

    /// <summary>The features as they were predicted on.</summary>
    internal ReadOnlySpan<float> Features => _features.AsSpan(0, _count);

    /// <summary>[learners, <see cref="Width"/>]: what each said.</summary>
    internal Span<double> Opinions => _opinions.AsSpan(0, learners * Width);

    /// <summary>The label that came early, UTF-8.</summary>
    internal ReadOnlySpan<byte> Label => _label.AsSpan(0, _labelLength);

    private protected override int OwnFields => State switch
    {
        JoinState.Waiting => 4,
        JoinState.Early => 1,
        _ => 0,
    };

    /// <summary>Keeps features, and makes room for what learners say.</summary>
    internal void Keep(ReadOnlySpan<float> features, int width, double last)
    {
        Reserve(features.Length, width);
        features.CopyTo(_features);
        Last = last;
    }

    /// <summary>Keeps a label that has come early.</summary>
    internal void KeepLabel(ReadOnlySpan<byte> label)
    {
        if (_label.Length < label.Length)
        {
            _label = new byte[label.Length];
        }

        label.CopyTo(_label);
        _labelLength = label.Length;
    }

    /// <inheritdoc/>
    internal override void ReleaseLarge()
    {
        if (State != JoinState.Waiting && _features.Length + _opinions.Length > Kept)
        {
            (_features, _opinions) = ([], []);
            Forget();
        }
    }

    private protected override void Clear()
    {
        (_labelLength, Target) = (0, 0);
        Forget();
    }

    private protected override void SaveOwn(ref MessagePackWriter writer)
    {
        if (State == JoinState.Waiting)
        {
            writer.Write(Last);
            writer.Write(Width);
            writer.WriteFloats(Features);
            writer.WriteDoubles(Opinions);
        }
        else if (State == JoinState.Early)
        {
            if (task.IsClassification)
            {
                writer.Write(Label);
            }
            else
            {
                writer.Write(Target);
            }
        }
    }

    private protected override void LoadOwn(ref MessagePackReader reader)
    {
        if (State == JoinState.Waiting)
        {
            Last = reader.ReadFinite();
            var width = reader.ReadInt32();
            StateFormat.Require(
                task.IsClassification ? width >= 0 && width <= task.LargestClasses && Last >= -1 && Last < width && Last == Math.Truncate(Last) : width == 1,
                "features that wait were predicted on as more than there is");
            Reserve(task.Features, width);
            reader.ReadFloats(_features.AsSpan(0, _count));
            reader.ReadDoubles(Opinions);
            if (task.IsClassification)
            {
                foreach (var probability in Opinions)
                {
                    StateFormat.Require(probability is >= 0 and <= 1 + 1e-6, "a learner's word is no probability");
                }
            }
        }
        else if (State == JoinState.Early)
        {
            if (task.IsClassification)
            {
                var label = reader.ReadBytes() ?? default;
                StateFormat.Require(label.Length is >= 1 and <= SupervisedTask.MostLabelBytes, "an early label is none");
                KeepLabel(label.ToArray());
            }
            else
            {
                Target = reader.ReadFinite();
            }
        }
    }

    private void Forget() => (_count, Width, Last) = (0, 0, 0);

    private void Reserve(int features, int width)
    {
        (_count, Width) = (features, width);
        if (_features.Length < features)
        {
            _features = new float[features];
        }

        if (_opinions.Length < learners * width)
        {
            _opinions = new double[learners * width];
        }
    }
}
