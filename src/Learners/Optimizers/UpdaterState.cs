using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// Stored form of what turns gradients into steps, the same for both backends: the initial parameters where it projects (nil otherwise),
/// then the optimiser's state.
/// </summary>
internal static class UpdaterState
{
    private const string Name = "parameter-updater";
    private const int Version = 1;
    private const int Fields = 2;

    /// <summary>Writes all but the optimiser; that is to follow.</summary>
    internal static void WriteStart(ref MessagePackWriter writer, float[]? initial)
    {
        writer.WriteHeader(Name, Version, Fields);
        if (initial is null)
        {
            writer.WriteNil();
        }
        else
        {
            writer.WriteFloats(initial);
        }
    }

    /// <summary>Reads what <see cref="WriteStart"/> wrote.</summary>
    /// <returns>The initial parameters; null where there is no projection.</returns>
    /// <exception cref="StateFormatException">
    /// The state is damaged, of another size, or with a projection where there is none, or the other way round.
    /// </exception>
    internal static float[]? ReadStart(ref MessagePackReader reader, bool projects, int count)
    {
        try
        {
            reader.ReadHeader(Name, Version, Fields);
            if (reader.TryReadNil() == projects)
            {
                throw new StateFormatException(
                    $"Stored state is {(projects ? "without" : "with")} a projection; expected one {(projects ? "with" : "without")}: " +
                    "the learner's settings have changed.");
            }

            if (!projects)
            {
                return null;
            }

            var initial = new float[count];
            reader.ReadFloats(initial);
            return initial;
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw new StateFormatException($"Stored state is damaged: {exception.Message}");
        }
    }

    /// <summary>A copy of the initial parameters where they are needed.</summary>
    /// <exception cref="ArgumentException">Their number is not that of the layout, or one is not finite.</exception>
    internal static float[]? KeepInitial(UpdateOptions options, int count, ReadOnlySpan<float> initial)
    {
        if (initial.Length != count)
        {
            throw new ArgumentException($"There are {initial.Length} initial parameters; expected {count}.", nameof(initial));
        }

        if (!options.Projects)
        {
            return null;
        }

        return TensorPrimitives.IsFiniteAll(initial)
            ? initial.ToArray()
            : throw new ArgumentException("An initial parameter is not finite; expected finite numbers.", nameof(initial));
    }
}
