namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// The arithmetic of a recurrent cell over a window, with the tape that going back needs. It knows where its blocks lie in the flat vector.
/// The tape is scratch: networks of one architecture that share a workspace share it.
/// </summary>
internal unsafe interface IRecurrentCell
{
    /// <summary>Fills <see cref="RecurrentWindow.States"/> from its second step on, and keeps the tape.</summary>
    void Forward(float* parameters, in RecurrentWindow window);

    /// <summary>Goes back through the window that <see cref="Forward"/> has seen last, which has not changed since.</summary>
    /// <param name="parameters">The flat vector.</param>
    /// <param name="gradient">The flat gradient: the cell's blocks are written.</param>
    /// <param name="window">The same window.</param>
    /// <param name="stateGradient">[steps, batch, state]: the gradient by the state after each step as the readout sees it. May be overwritten.</param>
    void Backward(float* parameters, float* gradient, in RecurrentWindow window, float* stateGradient);
}
