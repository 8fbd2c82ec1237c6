Attribute VB_Name = "CbamRibbon"
Option Explicit
' The ribbon's buttons, and what the worksheet functions share. Written by cbam_xl; "cbam-xl refresh" renews it.

Private mPython As Object
Private mRibbon As Object
Private mLocked As Collection

' One server object is kept: fetching it anew reads the whole configuration each time.
Public Function CbamPython() As Object
    If mPython Is Nothing Then Set mPython = XLPy()
    Set CbamPython = mPython
End Function

Public Function CbamFailed(why As String) As String
    Set mPython = Nothing
    CbamFailed = "#CBAM Python: " & why
End Function

' Values go to Python, not ranges: one block per argument, no calls back into Excel.
Public Function CbamValue(Optional x As Variant) As Variant
    If IsMissing(x) Then
        CbamValue = x
    ElseIf IsObject(x) Then
        CbamValue = x.Value2
    Else
        CbamValue = x
    End If
End Function

' A function without its last argument reads the inputs of this workbook; Excel then has to call it at each calculation.
Public Function CbamInstallation(Optional x As Variant) As Variant
    Dim n As Object, area As Range, part As Long, text As Variant, found() As Variant, k As Long
    If Not IsMissing(x) Then
        CbamInstallation = CbamValue(x)
        Exit Function
    End If
    Application.Volatile
    ReDim found(1 To 200, 1 To 1)
    For Each n In ThisWorkbook.Names
        If Left$(n.Name, 3) = "in_" And k < 190 Then
            Set area = n.RefersToRange
            For part = 1 To 10
                text = CbamPython().CallUDF("cbam_udfs.excel", "CBAM_READ", Array(area.Worksheet.Name, area.Value2, part))
                If Len(text) = 0 Or Left$(text, 1) = "#" Then Exit For
                k = k + 1
                found(k, 1) = text
            Next part
        End If
    Next n
    CbamInstallation = found
End Function

' Ribbon -------------------------------------------------------------------------------------------------------------

Public Sub CbamOnLoad(ribbon As Object)
    Set mRibbon = ribbon
    CbamWizardTexts
End Sub

Public Sub CbamStatus(control As Object, ByRef returnedVal As Variant)
    returnedVal = "cbam_xl " & CBAM_VERSION & IIf(mPython Is Nothing, ": Python not started", ": Python ready")
End Sub

Public Sub CbamRecalculate(control As Object)
    CbamRun "recalculate_installation"
    Application.OnUndo "Undo CBAM recalculation", "'" & ThisWorkbook.Name & "'!CbamUndo"
End Sub

Public Sub CbamUndo()
    CbamRun "undo_recalculation"
End Sub

Public Sub CbamUndoButton(control As Object)
    CbamUndo
End Sub

Public Sub CbamCheck(control As Object)
    CbamRun "check_inputs"
End Sub

Public Sub CbamExplain(control As Object)
    CbamRun "explain_cell"
End Sub

Public Sub CbamNewFromExample(control As Object)
    Dim path As Variant
    path = Application.GetSaveAsFilename(control.Tag & ".xlsm", "Excel workbook with macros (*.xlsm), *.xlsm")
    If VarType(path) = vbString Then CbamRun "new_from_example", ", '" & control.Tag & "', r'" & Replace(path, "'", "\x27") & "'"
End Sub

Public Sub CbamRestart(control As Object)
    Set mPython = Nothing
    On Error Resume Next
    KillPy
    On Error GoTo 0
    Application.CalculateFull
    CbamRefreshStatus
End Sub

Public Sub CbamHelp(control As Object)
    On Error GoTo missing
    ThisWorkbook.Worksheets("Functions").Activate
    Exit Sub
missing:
    MsgBox "The functions with an example each: run ""cbam-xl functions"" in a terminal.", vbInformation, "CBAM"
End Sub

Private Sub CbamRun(task As String, Optional arguments As String = "")
    Application.StatusBar = "CBAM: starting Python ..."
    CbamUnlock
    On Error GoTo failed
    RunPython "import xlwings, cbam_udfs.ribbon as r; r." & task & "(xlwings.Book.caller()" & arguments & ")"
    CbamLock
    Application.StatusBar = False
    CbamRefreshStatus
    Exit Sub
failed:
    CbamLock
    Application.StatusBar = False
    MsgBox "Python can't be reached: " & Err.Description & vbCrLf & vbCrLf & _
        "Run ""cbam-xl doctor"" in a terminal: it says what is wrong.", vbExclamation, "CBAM"
End Sub

Private Sub CbamRefreshStatus()
    On Error Resume Next
    If Not mRibbon Is Nothing Then mRibbon.InvalidateControl "cbamStatus"
End Sub

' The output sheets are protected without a password; they are opened for as long as a button writes.
Private Sub CbamUnlock()
    Dim sheet As Worksheet
    Set mLocked = New Collection
    On Error Resume Next
    For Each sheet In ThisWorkbook.Worksheets
        If sheet.ProtectContents Then
            sheet.Unprotect ""
            If Not sheet.ProtectContents Then mLocked.Add sheet
        End If
    Next sheet
End Sub

Private Sub CbamLock()
    Dim sheet As Worksheet
    On Error Resume Next
    For Each sheet In mLocked
        sheet.Protect AllowFormattingColumns:=True, AllowFormattingRows:=True, AllowSorting:=True, AllowFiltering:=True
    Next sheet
End Sub

' Function wizard: the texts stand on the hidden sheet _IntelliSense_, one function a row.
Private Sub CbamWizardTexts()
    Dim sheet As Worksheet, cells As Variant, texts() As String, r As Long, c As Long, n As Long, saved As Boolean
    On Error GoTo done
    saved = ThisWorkbook.Saved
    Set sheet = ThisWorkbook.Worksheets("_IntelliSense_")
    cells = sheet.UsedRange.Value2
    For r = 2 To UBound(cells, 1)
        n = 0
        ReDim texts(0 To UBound(cells, 2))
        For c = 5 To UBound(cells, 2) Step 2
            If Len(cells(r, c)) = 0 Then Exit For
            texts(n) = cells(r, c)
            n = n + 1
        Next c
        If n = 0 Then
            Application.MacroOptions Macro:=cells(r, 1), Description:=cells(r, 2), Category:="CBAM"
        Else
            ReDim Preserve texts(0 To n - 1)
            Application.MacroOptions Macro:=cells(r, 1), Description:=cells(r, 2), Category:="CBAM", ArgumentDescriptions:=texts
        End If
    Next r
    ThisWorkbook.Saved = saved
done:
End Sub
